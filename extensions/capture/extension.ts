import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type {
  CaptureExtension,
  CaptureOutcome,
  SkipReason,
  Tap,
  TappedSession,
} from '../../src/capture/capture.ts';
import type { ComponentContext, Host } from '../../src/component.ts';
import { journalSince } from '../../src/containerd/journal/view_lines.ts';
import { type ContainerSource, containerSourceOf } from '../../src/containerd/source.ts';
import { sleep } from '../../src/pipeline/back_off.ts';
import { LEVELS, type Level } from '../../src/sigma/rule/metadata.ts';
import { observeCaptures } from '../../src/telemetry/capture_metrics.ts';
import type { MakePrivateFolder } from '../../src/windows/host/private_folder.ts';
import { type CapturedFile, writeCaptured } from './captured_file.ts';
import type { captureConfig } from './config.ts';
import { nameOf, partOf, tidy } from './folder.ts';
import { BufferMemory } from './memory.ts';
import { traceBlocks, traceSize } from './trace.ts';

type Config = z.infer<typeof captureConfig>;

/** What is too old is looked for this often, in milliseconds. */
const TIDY = 10 * 60_000;
/** A buffer may hold events from before it came: the journal begins this long before the window. Milliseconds. */
const JOURNAL_LEAD = 10_000;

/** Keeps the last buffers of live sessions and writes them beside detections; see README.md. */
export class Capturing implements CaptureExtension {
  readonly capture = this;
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #makeFolder: () => Promise<MakePrivateFolder>;
  readonly #memory: BufferMemory;
  readonly #skipped = new Map<SkipReason, number>();
  readonly #giveUp = new AbortController();
  #containers: ContainerSource | undefined;
  #tidying: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> | undefined;
  #coolUntil = Number.NEGATIVE_INFINITY;
  #failure: string | undefined;
  #written = 0;
  #bytes = 0;
  #disk = 0;

  /** `makeFolder` is asked on start. */
  constructor(context: ComponentContext, config: Config, makeFolder: () => Promise<MakePrivateFolder>) {
    this.#context = context;
    this.#config = { ...config, directory: resolve(config.directory) };
    this.#makeFolder = makeFolder;
    const { window, max_memory: maxMemory } = config;
    this.#memory = new BufferMemory({ window, maxMemory, now: () => performance.now() });
    context.account.status.watch(() => this.#failure);
  }

  /** Rejects when the folder cannot be had, or the containerd extension is none. */
  async start(host: Host): Promise<void> {
    const { directory, containerd, retention } = this.#config;
    if (containerd !== undefined) this.#containers = containerSourceOf(host, containerd);
    const made = (await this.#makeFolder())(directory);
    if (made.kind === 'failed') throw new Error(made.error.message);
    this.#disk = await tidy(directory, retention);
    this.#tidying = setInterval(() => void this.#tidy(), TIDY).unref();
    observeCaptures(this.#context.meter, () => ({
      written: this.#written,
      bytes: this.#bytes,
      skipped: this.#skipped,
      memory: this.#memory.bytes,
      disk: this.#disk,
    }));
  }

  /** Waits for a capture that is being written until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#tidying);
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#writing;
    deadline.removeEventListener('abort', giveUp);
  }

  tap(session: TappedSession): Tap {
    const own = { ...session, header: new Uint8Array(session.header) };
    return (buffer) => this.#memory.add(own, buffer);
  }

  wants(level: Level): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.#config.min_level);
  }

  async take(uid: string, giveUp: AbortSignal): Promise<CaptureOutcome> {
    if (this.#writing !== undefined || performance.now() < this.#coolUntil) return this.#skip('cool_down');
    const files = this.#files(nameOf(new Date(), uid));
    if (files.length === 0) return this.#skip('nothing');
    this.#coolUntil = performance.now() + this.#config.cool_down;
    const paths = files.map(({ path }) => path);
    const writing = this.#write(files, paths).finally(() => {
      this.#writing = undefined;
    });
    this.#writing = writing;
    const late = new AbortController();
    const waited = sleep(this.#config.max_wait, AbortSignal.any([giveUp, late.signal]));
    const outcome = await Promise.race([writing, waited]);
    late.abort();
    return outcome ?? { kind: 'captured', paths, sha256: undefined };
  }

  /** All that is written, as it is now; none when there is no buffer. */
  #files(name: string): readonly CapturedFile[] {
    const { directory, window } = this.#config;
    const traces = this.#memory.sessions().map((kept) => ({
      path: join(directory, `${name}.${partOf(kept.session.name)}.etl`),
      size: traceSize(kept),
      blocks: () => traceBlocks(kept),
    }));
    if (traces.length === 0 || this.#containers === undefined) return traces;
    const since = Date.now() - window - JOURNAL_LEAD;
    const text = journalSince(this.#containers, [Math.floor(since / 1000), (since % 1000) * 1e6]);
    // One without containers would be taken for a node without any.
    if (text === undefined) return traces;
    const journal = new TextEncoder().encode(text);
    const path = join(directory, `${name}.containers.ndjson`);
    return [...traces, { path, size: journal.length, blocks: () => [journal] }];
  }

  async #write(files: readonly CapturedFile[], paths: readonly string[]): Promise<CaptureOutcome> {
    const { directory, retention, max_disk: maxDisk } = this.#config;
    const { logger } = this.#context;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    try {
      this.#disk = await tidy(directory, retention);
      if (this.#disk + size > maxDisk) {
        logger.warn('a detection is not captured: the captures take max_disk', { directory, needed: size });
        return this.#skip('quota');
      }
      const sha256: string[] = [];
      for (const file of files) sha256.push(await writeCaptured(file, this.#giveUp.signal));
      this.#written++;
      this.#bytes += size;
      this.#disk += size;
      this.#failure = undefined;
      logger.info('a detection was captured', { first: paths[0] ?? '', files: files.length, bytes: size });
      return { kind: 'captured', paths, sha256 };
    } catch (error) {
      this.#failure = `a capture could not be written: ${error instanceof Error ? error.message : String(error)}`;
      logger.error(this.#failure, { directory });
      await Promise.allSettled(paths.map((path) => rm(path, { force: true })));
      return this.#skip('failed');
    }
  }

  #skip(reason: SkipReason): CaptureOutcome {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
    return { kind: 'skipped', reason };
  }

  async #tidy(): Promise<void> {
    if (this.#writing !== undefined) return;
    const { directory, retention } = this.#config;
    try {
      this.#disk = await tidy(directory, retention);
    } catch (error) {
      this.#context.logger.warn('old captures could not be removed', { directory, error: String(error) });
    }
  }
}
