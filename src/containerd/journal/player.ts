import type { HrTime } from '@opentelemetry/api';
import type { Logger } from '../../telemetry/logger.ts';
import type { Change } from '../facts.ts';
import type { ContainerSource, SourceState } from '../source.ts';
import { ContainerStore, type ContainerView } from '../store.ts';
import { millisOf } from '../time.ts';
import { factOf } from './fact_line.ts';
import type { ReadLine } from './line_reader.ts';
import { type OpenJournal, openJournal } from './open_journal.ts';
import { readLine } from './read_line.ts';
import type { Line } from './schema.ts';
import { Weights } from './weights.ts';

/** How a journal is played. */
export interface PlayOptions {
  readonly path: string;
  readonly logger: Logger;
  readonly maxContainers?: number;
  /** What all containers may take, in bytes of their lines. */
  readonly maxBytes?: number;
}

/** As live: containers kept; deleted ones are forgotten first. */
const MAX_CONTAINERS = 4_096;
const MAX_BYTES = 64 * 1024 * 1024;
/** As live: how long a deleted container stays known. Milliseconds. */
const KEEP_DELETED = 120_000;
/** Forgotten containers are looked for this often. Milliseconds. */
const EXPIRE = 5_000;
/**
 * How far a journal is ahead of the trace, in milliseconds. Live, containerd's word arrives at once, and events a flush
 * interval behind; a journal is played in the same way.
 */
const LEAD = 1_000;
/** Problems that are told one by one. */
const MAX_TOLD = 10;

/**
 * A journal in place of containerd, in the time of a trace and not of the clock: `advance` says how far the trace has
 * come, and what was told by then is told. So the same trace and journal always say the same.
 */
export class JournalPlayer implements ContainerSource {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #store: ContainerStore;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #weights: Weights;
  #open: OpenJournal | undefined;
  /** The next line, where it can be told, and when, in milliseconds since 1970. */
  #next: Line | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;
  #expireAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds since 1970 that the trace, or what was told, has come to. */
  #clock = 0;
  #told: HrTime = [0, 0];
  #state: SourceState = { kind: 'connecting' };
  /** Lines that were skipped. */
  skipped = 0;

  constructor({ path, logger, maxContainers = MAX_CONTAINERS, maxBytes = MAX_BYTES }: PlayOptions) {
    this.#path = path;
    this.#logger = logger;
    this.#weights = new Weights(maxBytes);
    this.#store = new ContainerStore({
      maxContainers,
      keepDeletedMs: KEEP_DELETED,
      now: () => this.#clock,
      time: () => this.#told,
      onChange: (change) => this.#tell(change),
    });
  }

  get containers(): ContainerView {
    return this.#store;
  }
  get state(): SourceState {
    return this.#state;
  }
  /** The node that the journal is of; undefined before it is open. */
  get host(): string | undefined {
    return this.#open?.header.host;
  }
  time(): HrTime {
    return this.#told;
  }
  /** What jobs were asked for stands in the journal. */
  askJobs(): void {}
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the journal. Throws a sentence for people where it cannot be read, or is none. */
  open(): void {
    this.#open = openJournal(this.#path);
    this.#told = this.#open.header.told;
    this.#read();
  }

  /** The trace has come to a time: tells what was told by then; whether that was anything. */
  advance(time: HrTime): boolean {
    const now = millisOf(time);
    if (now < this.#nextAt && now < this.#expireAt) return false;
    let isNew = false;
    while (this.#next !== undefined && this.#nextAt <= now) {
      this.#apply(this.#next);
      this.#pass(millisOf(this.#told));
      this.#read();
      isNew = true;
    }
    this.#pass(now);
    return isNew;
  }

  close(): void {
    this.#open?.lines.close();
    this.#open = undefined;
    this.#next = undefined;
    this.#nextAt = Number.POSITIVE_INFINITY;
    if (this.skipped > MAX_TOLD) {
      this.#logger.warn('lines of the journal were skipped', { journal: this.#path, lines: this.skipped });
    }
  }

  /** Time goes on, also where a trace begins long behind its journal. */
  #pass(now: number): void {
    this.#clock = Math.max(this.#clock, now);
    if (this.#clock < this.#expireAt) return;
    this.#store.expire();
    this.#expireAt = this.#clock + EXPIRE;
  }

  #apply(line: Line): void {
    this.#told = line.told;
    switch (line.kind) {
      case 'synced': {
        const { endpoint, version } = line;
        this.#state = { kind: 'synced', endpoint, version };
        return this.#tell({ kind: 'synced' });
      }
      case 'lost':
        this.#state = { kind: 'lost', reason: line.reason };
        return this.#tell({ kind: 'lost', reason: line.reason });
      default:
        this.#store.apply(factOf(line), line.origin);
        // What found no room is not held.
        if (this.#store.get(line.namespace, line.id) === undefined) this.#weights.forget(line);
    }
  }

  /** Finds the next line that can be told. */
  #read(): void {
    this.#next = undefined;
    this.#nextAt = Number.POSITIVE_INFINITY;
    for (;;) {
      const read = this.#readBytes();
      if (read === undefined) return;
      const result = readLine(read);
      if (result.kind === 'blank') continue;
      if (result.kind === 'skipped') this.#skip(read.number, result.reason);
      else if (!this.#weights.fits(result.line, result.bytes))
        this.#skip(read.number, 'too many containers with too many labels');
      else {
        this.#next = result.line;
        this.#nextAt = millisOf(result.line.told) - LEAD;
        return;
      }
    }
  }

  #readBytes(): ReadLine | undefined {
    try {
      return this.#open?.lines.next();
    } catch (error) {
      this.#logger.error('the journal cannot be read any more', {
        journal: this.#path,
        reason: String(error),
      });
      return undefined;
    }
  }

  #skip(number: number, reason: string): void {
    this.skipped++;
    if (this.skipped > MAX_TOLD) return;
    this.#logger.warn('a line of the journal is skipped', { journal: this.#path, line: number, reason });
  }

  #tell(change: Change): void {
    if (change.kind === 'forget') this.#weights.forget(change.container);
    for (const listener of this.#listeners) listener(change);
  }
}
