import { hash as digest } from 'node:crypto';
import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { AttributeBlock } from '../model/attribute_set.ts';
import type { RecordTrace } from '../model/common.ts';
import { processIn } from './process_block.ts';
import { microsOf } from './time.ts';
import { contextOf } from './trace_context.ts';

/** What traces are made of: the processes of one container, or those of a host itself. */
export type OwnerKind = 'container' | 'host';

/** The life of a container as far as it is known now, in microseconds since 1970. */
export interface OwnerLife {
  readonly created: number | undefined;
  readonly started: number | undefined;
}

const ALWAYS: OwnerLife = { created: undefined, started: undefined };

/**
 * Whose processes make one tree. Its time is cut into windows, and each is a trace: backends want traces of less than a
 * day, and containers live for weeks. Windows are counted from the container's creation, so that one that lives shorter is one
 * trace, and from 1970 where no creation is known; so an agent that is started again finds the same ones.
 */
export class TraceOwner implements RecordTrace {
  readonly kind: OwnerKind;
  /** That of the host itself; this one, of a host. */
  readonly on: TraceOwner;
  /** The host that its processes run on, as process ids name it. */
  readonly host: string;
  /** The length of a window, in microseconds. */
  readonly length: number;
  readonly #id: string;
  readonly #origin: number;
  readonly #life: () => OwnerLife;
  // Records come about in order of time: those of two windows meet at most.
  #recent: TraceWindow | undefined;
  #other: TraceWindow | undefined;

  /**
   * Of a host, or, by {@link container}, of what is on one. `id` names it among those of its kind; `length` is that of a
   * window, in microseconds.
   */
  constructor(
    id: string,
    host: string,
    length: number,
    on?: TraceOwner,
    life: () => OwnerLife = () => ALWAYS,
  ) {
    this.kind = on === undefined ? 'host' : 'container';
    this.on = on ?? this;
    this.host = host;
    this.length = length;
    this.#id = id;
    this.#life = life;
    this.#origin = life().created ?? 0;
  }

  /** That of a container on this host. `life` is asked whenever somebody wants to know. */
  container(id: string, life: () => OwnerLife): TraceOwner {
    return new TraceOwner(id, this.host, this.length, this.on, life);
  }

  get life(): OwnerLife {
    return this.#life();
  }

  /** The span of a record's process in the window of its time. */
  contextOf(blocks: readonly AttributeBlock[], hrTime: HrTime): SpanContext | undefined {
    const process = processIn(blocks);
    if (process === undefined) return undefined;
    const time = microsOf(hrTime);
    return contextOf(process, this.enter(time), time);
  }

  /** The window that a record of a time (microseconds) is in. It is remembered, since more are to follow. */
  enter(time: number): TraceWindow {
    const window = this.windowAt(time);
    if (window === this.#recent) return window;
    this.#other = this.#recent;
    this.#recent = window;
    return window;
  }

  /** The window that a time (microseconds) is in. */
  windowAt(time: number): TraceWindow {
    return this.window(Math.max(0, Math.floor((time - this.#origin) / this.length)));
  }

  /** The window of that number. */
  window(index: number): TraceWindow {
    if (this.#recent?.index === index) return this.#recent;
    return this.#other?.index === index ? this.#other : this.#make(index);
  }

  #make(index: number): TraceWindow {
    const begin = this.#origin + index * this.length;
    return new TraceWindow(this, index, begin, hash(`sigel trace\n${this.kind} ${this.#id}\n${begin}`, 16));
  }
}

/** One trace: what the processes of an owner do in a span of time. */
export class TraceWindow {
  readonly owner: TraceOwner;
  /** Counted from the owner's first. */
  readonly index: number;
  /** Where the next one begins, in microseconds. */
  readonly end: number;
  /** 32 hex digits, the same whoever works them out. */
  readonly traceId: string;
  /** The root's id by who has handed it on: it is not to be done again by who comes in its place. */
  readonly roots = new Map<string, string>();

  /** Made by {@link TraceOwner.window}. */
  constructor(owner: TraceOwner, index: number, begin: number, traceId: string) {
    this.owner = owner;
    this.index = index;
    this.end = begin + owner.length;
    this.traceId = traceId;
  }

  /** The id of the span in this trace that a key stands for: 16 hex digits. */
  spanId(key: string): string {
    return hash(`sigel span\n${this.traceId}\n${key}`, 8);
  }
}

function hash(text: string, bytes: number): string {
  return digest('sha256', text).slice(0, 2 * bytes);
}
