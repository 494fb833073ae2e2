import type { SessionAction, TraceStep } from './etl_writer.ts';
import type { EventSpec, KernelEvent, ModernEvent } from './event_headers.ts';
import type { EventTable } from './event_tables.ts';
import type { ExtendedItem } from './extended_items.ts';
import type { WriteValue } from './payload_writer.ts';
import { encodePayload } from './payload_writer.ts';
import { Random } from './random.ts';

/** Who writes an event: header process and thread, the processor it runs on, and what the session adds to it. */
export interface Emitter {
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  readonly items?: readonly ExtendedItem[];
}

/** Which trace the events of the kernel logger go to. */
export type KernelSession = 'same' | 'separate' | 'none';

/** Keeps the story's time and collects what its sessions recorded. */
export class Recorder {
  readonly random: Random;
  readonly cpus: number;
  readonly main: TraceStep[] = [];
  readonly kernel: TraceStep[] = [];
  readonly #kernelSession: KernelSession;
  readonly #toClock: (fileTime: bigint) => bigint;
  #now: bigint;

  constructor(options: {
    start: bigint;
    cpus: number;
    seed: number;
    kernelSession: KernelSession;
    toClock: (fileTime: bigint) => bigint;
  }) {
    this.#now = options.start;
    this.cpus = options.cpus;
    this.random = new Random(options.seed);
    this.#kernelSession = options.kernelSession;
    this.#toClock = options.toClock;
  }

  /** FILETIME of the story's present. */
  get now(): bigint {
    return this.#now;
  }

  /** Session clock of the story's present. */
  get clock(): bigint {
    return this.#toClock(this.#now);
  }

  /** Lets time pass, in 100 ns units. */
  advance(units: bigint): void {
    this.#now += units;
  }

  /** Between an event and the next pass 2 to 60 microseconds. */
  tick(): void {
    this.#now += BigInt(this.random.integer(20, 600));
  }

  /** A manifest event, by field names. */
  manifest(table: EventTable, from: Emitter, values: Readonly<Record<string, WriteValue>>): void {
    const payload = encodePayload(table.fields, values);
    const { provider, id, version, channel, level, opcode, task, keywords } = table;
    this.event({ provider, id, version, channel, level, opcode, task, keywords, payload }, from);
  }

  /** An EVENT_HEADER event; time, owner, processor and the session's items are added. */
  event(event: Omit<ModernEvent, 'header' | 'time'>, from: Emitter): void {
    this.tick();
    const items = [...(event.items ?? []), ...(from.items ?? [])];
    this.main.push({
      header: 'event',
      time: this.clock,
      cpu: from.cpu,
      pid: from.pid,
      tid: from.tid,
      kernelTime: this.random.integer(0, 4),
      userTime: this.random.integer(0, 9),
      ...event,
      ...(items.length === 0 ? {} : { items }),
    });
  }

  /** An event of the kernel logger, in the same trace, in its own, or nowhere. */
  kernelEvent(event: Omit<KernelEvent, 'time'>): void {
    if (this.#kernelSession === 'none') return;
    this.#now += BigInt(this.random.integer(5, 30));
    this.#kernelSteps().push({ ...event, time: this.clock });
  }

  /** Any event, as it is, into the main trace. */
  step(event: EventSpec): void {
    this.main.push(event);
  }

  /** Something that happens to the sessions. */
  act(action: SessionAction): void {
    this.main.push(action);
    if (this.#kernelSession === 'separate') this.kernel.push(action);
  }

  #kernelSteps(): TraceStep[] {
    return this.#kernelSession === 'separate' ? this.kernel : this.main;
  }
}
