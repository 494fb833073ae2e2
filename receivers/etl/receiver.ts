import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import {
  type Boot,
  type FailedTrace,
  type LoadedTrace,
  learnSchemas,
  loadTraces,
  planBoots,
} from '../../src/etl/load.ts';
import { recordedHost } from '../../src/etl/recorded_host.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { discoverTraces } from '../../src/receiving/discover.ts';
import { Reading } from '../../src/receiving/reading.ts';
import { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import { storageOf } from '../../src/storage/storage.ts';
import type { LogFacts } from '../../src/telemetry/logger.ts';
import { Checkpoints } from './checkpoints.ts';
import type { etlConfig } from './config.ts';
import { fingerprintOf } from './fingerprint.ts';
import { Progress } from './progress.ts';

type EtlConfig = z.infer<typeof etlConfig>;

/** Reads traces to their end, then says so; see README.md. */
export class EtlReceiver implements Component {
  readonly #context: ComponentContext;
  readonly #config: EtlConfig;
  readonly #reading = new Reading();
  readonly #decoder = new Decoder(Catalogue.shipped());
  readonly #emitter: RecordEmitter;
  #checkpoints: Checkpoints | undefined;

  constructor(context: ComponentContext, config: EtlConfig, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    context.account.status.show('schemas', () => this.#decoder.sizes);
    this.#emitter = new RecordEmitter({
      context,
      next,
      batchSize: config.batch_size,
      recordUid: config.record_uid,
      maxInFlight: config.max_in_flight,
      giveUp: this.#reading.giveUp,
    });
  }

  async start(host: Host): Promise<void> {
    const { id, logger } = this.#context;
    const { storage } = this.#config;
    if (storage !== undefined) {
      const client = await storageOf(host, storage, { kind: 'receiver', id });
      this.#checkpoints = await Checkpoints.open(client, logger, this.#reading.giveUp);
    }
    this.#reading.begin(host, () => this.#run());
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    await this.#reading.end(deadline);
    await this.#checkpoints?.kept();
  }

  // Reads everything; the result is what could not be read, in a sentence.
  async #run(): Promise<string | undefined> {
    const { logger } = this.#context;
    const found = await discoverTraces(this.#config.include, this.#config.exclude);
    for (const problem of found.problems) logger.error(problem);
    const { boots, failed } = await planBoots(await this.#unread(found.files));
    let unread = found.problems.length + this.#sayFailed(failed);
    for (const [i, boot] of boots.entries()) {
      if (this.#reading.stop.aborted) break;
      unread += await this.#readBoot(boot, boots.length === 1 ? '' : `boot ${i + 1} of ${boots.length}, `);
    }
    for (const problem of Catalogue.shipped().problems)
      logger.error(`a catalogue file is damaged: ${problem}`);
    await this.#emitter.empty();
    return unread === 0 ? undefined : `${unread} of the configured traces could not be read`;
  }

  // Leaves out what an earlier run has read to its end. What cannot be read is found so later.
  async #unread(paths: readonly string[]): Promise<readonly string[]> {
    const checkpoints = this.#checkpoints;
    if (checkpoints === undefined) return paths;
    const known = new Map<string, string>();
    for (const path of paths) known.set(path, await fingerprintOf(path).catch(() => ''));
    await checkpoints.forgetAllBut(new Set(known.values()));
    const unread = paths.filter((path) => !checkpoints.isRead(known.get(path) ?? ''));
    if (unread.length < paths.length)
      this.#context.logger.info('traces that were read before are left out', {
        traces: paths.length - unread.length,
      });
    return unread;
  }

  #sayFailed(failed: readonly FailedTrace[]): number {
    for (const { path, reason } of failed) this.#context.logger.error(`cannot read ${path}: ${reason}`);
    return failed.length;
  }

  // Reads the files of one boot to their end; resolves to how many could not be read.
  async #readBoot(boot: Boot, label: string): Promise<number> {
    const { logger, account } = this.#context;
    const { max_unpacked_in_memory: memory, max_unpacked_on_disk: disk } = this.#config;
    const { traces, failed } = await loadTraces(boot.paths, { memory, disk });
    for (const trace of traces) logger.info(`reading ${trace.path}`, traceFacts(trace));
    const total = traces.reduce((sum, trace) => sum + trace.source.size, 0);
    const progress = new Progress(this.#config.progress, label, total);
    try {
      await learnSchemas(traces, this.#decoder, this.#reading.stop);
      const checkpoint = await this.#checkpoints?.of(await fingerprintsOf(traces));
      if (checkpoint !== undefined) this.#emitter.resume(checkpoint);
      const stream = new TraceStream(traces, this.#decoder);
      await this.#readStream(stream, this.#mapperFor(traces), (bytes) =>
        progress.update(bytes, account.read),
      );
      if (!this.#reading.stop.aborted) checkpoint?.complete();
      if (stream.late > 0) logger.warn('events came out of order', { events: stream.late });
    } finally {
      progress.clear();
      for (const trace of traces) trace.file.close();
    }
    this.#report(traces);
    return this.#sayFailed(failed);
  }

  // Maps, correlates and hands on in batches, giving other work a turn after each.
  async #readStream(
    stream: TraceStream,
    mapper: RecordMapper,
    report: (bytes: number) => void,
  ): Promise<void> {
    const { account } = this.#context;
    const emitter = this.#emitter;
    const correlator = emitter.correlator();
    while (!this.#reading.stop.aborted) {
      const event = stream.next();
      if (event === undefined) break;
      account.read++;
      const state = this.#decoder.stateOf(event);
      if (state !== undefined) account.consumeAsState(state, 1);
      else emitter.add(event, mapper, correlator);
      if (emitter.full) {
        await emitter.flush(this.#config.batch_size);
        report(stream.bytesRead);
        await nextTurn();
      }
    }
    // Broken off, what would be joined by what follows is left for the next run, where there is one to read on.
    if (this.#reading.stop.aborted && this.#checkpoints !== undefined) return;
    emitter.release(correlator);
    await emitter.flush(1);
  }

  #mapperFor(group: readonly LoadedTrace[]): RecordMapper {
    return new RecordMapper({
      resource: recordedHost(group[0]?.header),
      scope: scopeFor('etl'),
      observedTime: 'event',
      includeEventData: this.#config.include_event_data,
    });
  }

  #report(traces: readonly LoadedTrace[]): void {
    const { logger } = this.#context;
    for (const { path, header, problems } of traces) {
      for (const { position, message } of problems.described)
        logger.warn(`${path} at byte ${position}: ${message}`);
      if (problems.damagedBuffers > 0)
        logger.warn(`${path}: damaged buffers`, { buffers: problems.damagedBuffers });
      if (header.eventsLost + header.buffersLost > 0) {
        logger.warn(`${path}: the recorder lost events`, {
          events: header.eventsLost,
          buffers: header.buffersLost,
        });
      }
    }
  }
}

function fingerprintsOf(traces: readonly LoadedTrace[]): Promise<string[]> {
  return Promise.all(traces.map(({ path }) => fingerprintOf(path)));
}

function traceFacts({ header, buffers }: LoadedTrace): LogFacts {
  const { osBuild, processors, loggerName } = header;
  return {
    windows_build: osBuild,
    processors,
    buffers,
    logger: loggerName === '' ? '(unnamed)' : loggerName,
  };
}
