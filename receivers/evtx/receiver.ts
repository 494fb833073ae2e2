import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import { EventLogMapper } from '../../src/event_log/mapper.ts';
import { CHUNK_SIZE } from '../../src/evtx/chunk.ts';
import { EvtxFileError, type EvtxPart, readEvtx } from '../../src/evtx/read_evtx.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { discoverFiles } from '../../src/receiving/discover.ts';
import { Reading } from '../../src/receiving/reading.ts';
import { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import type { evtxConfig } from './config.ts';

type EvtxConfig = z.infer<typeof evtxConfig>;

const EVTX_NAME = /\.evtx$/i;
/** Sentences about damage that are said for one file; all of it is counted. */
const MAX_SAID = 20;

/** Reads event logs to their end, then says so; see README.md. */
export class EvtxReceiver implements Component {
  readonly #context: ComponentContext;
  readonly #config: EvtxConfig;
  readonly #reading = new Reading();
  readonly #mapper = new EventLogMapper({ scope: scopeFor('evtx'), observedTime: 'event' });
  readonly #emitter: RecordEmitter;

  constructor(context: ComponentContext, config: EvtxConfig, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    this.#emitter = new RecordEmitter({
      context,
      next,
      batchSize: config.batch_size,
      recordUid: config.record_uid,
      maxInFlight: config.max_in_flight,
      giveUp: this.#reading.giveUp,
    });
  }

  start(host: Host): Promise<void> {
    this.#reading.begin(host, () => this.#run());
    return Promise.resolve();
  }

  shutdown(deadline: AbortSignal): Promise<void> {
    return this.#reading.end(deadline);
  }

  // Reads everything; the result is what could not be read, in a sentence.
  async #run(): Promise<string | undefined> {
    const { logger } = this.#context;
    const { include, exclude } = this.#config;
    const found = await discoverFiles(include, exclude, EVTX_NAME);
    for (const problem of found.problems) logger.error(problem);
    let unread = found.problems.length;
    for (const path of found.files) {
      if (this.#reading.stop.aborted) break;
      if (!(await this.#readFile(path))) unread++;
    }
    await this.#emitter.flush(1);
    await this.#emitter.empty();
    return unread === 0 ? undefined : `${unread} of the configured event logs could not be read`;
  }

  async #readFile(path: string): Promise<boolean> {
    const { logger } = this.#context;
    let said = 0;
    try {
      for await (const part of readEvtx(path)) {
        for (const problem of part.problems) if (said++ < MAX_SAID) logger.warn(`${path}: ${problem}`);
        this.#take(part);
        while (this.#emitter.full) await this.#emitter.flush(this.#config.batch_size);
        if (this.#reading.stop.aborted) break;
        await nextTurn();
      }
    } catch (error) {
      if (!(error instanceof EvtxFileError)) throw error;
      logger.error(`cannot read ${path}: ${error.message}`);
      return false;
    }
    if (said > MAX_SAID) logger.warn(`${path}: ${said - MAX_SAID} more of the like`);
    return true;
  }

  #take({ events, unread }: EvtxPart): void {
    const { account } = this.#context;
    account.read += events.length + unread;
    if (unread > 0) account.lose('unreadable', unread);
    const size = Math.ceil(CHUNK_SIZE / Math.max(1, events.length));
    for (const event of events) this.#emitter.addRecord(this.#mapper.map(event), size);
  }
}
