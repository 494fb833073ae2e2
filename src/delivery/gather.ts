/** A batch on its way through a queue, in which it may be cut and merged with others. */
export interface Request<T> {
  readonly batch: readonly T[];
}

/** What is sent at once: a whole batch, or parts of one or several. */
export interface Unit<T, R extends Request<T> = Request<T>> {
  readonly items: readonly T[];
  readonly parts: readonly { readonly request: R; readonly count: number }[];
  /** Units of one lane must not overtake one another. */
  readonly lane?: number;
}

/** The Collector's `sending_queue.batch`: how small batches are merged and large ones cut before they are sent. */
export interface GatherConfig {
  /** Milliseconds that items wait at most. */
  readonly flush_timeout: number;
  /** What the sizes count: items, or (about) their bytes. */
  readonly sizer: 'items' | 'bytes';
  /** The size below which more items are waited for. */
  readonly min_size: number;
  /** The size of a unit at most, but for a single item that is larger; 0 for any. */
  readonly max_size: number;
}

/** Merges requests into units of at least `min_size` and cuts them at `max_size`, in order. */
export class Gatherer<T, R extends Request<T>> {
  readonly #config: GatherConfig;
  readonly #sizeOf: (batch: readonly T[]) => number;
  readonly #emit: (unit: Unit<T, R>) => void;
  #waiting: { readonly request: R; readonly from: number }[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `sizeOf` says how many bytes items take, for the sizer of that name. */
  constructor(
    config: GatherConfig,
    sizeOf: (batch: readonly T[]) => number,
    emit: (unit: Unit<T, R>) => void,
  ) {
    this.#config = config;
    this.#sizeOf = config.sizer === 'bytes' ? sizeOf : (batch) => batch.length;
    this.#emit = emit;
  }

  /** Takes a request; emits what has become large enough, the rest after `flush_timeout`. */
  add(request: R): void {
    this.#waiting.push({ request, from: 0 });
    this.#size += this.#sizeOf(request.batch);
    this.#cutDownTo(this.#config.min_size);
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.flush(), this.#config.flush_timeout);
  }

  /** Emits everything that waits. */
  flush(): void {
    this.#cutDownTo(0);
  }

  #cutDownTo(minSize: number): void {
    if (this.#waiting.length === 0 || this.#size < minSize) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#size >= minSize) this.#cut();
  }

  #cut(): void {
    const parts: { request: R; count: number }[] = [];
    const items: (readonly T[])[] = [];
    let room = this.#config.max_size === 0 ? Number.POSITIVE_INFINITY : this.#config.max_size;
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const { request, from } = head;
      const part = this.#within(request.batch, from, room, items.length === 0);
      if (part.length === 0) break;
      parts.push({ request, count: part.length });
      items.push(part);
      const size = this.#sizeOf(part);
      room -= size;
      this.#size -= size;
      this.#waiting.shift();
      if (from + part.length < request.batch.length)
        this.#waiting.unshift({ request, from: from + part.length });
    }
    this.#emit({ items: items.flat(), parts });
  }

  /** As many items from a position on as there is room for; where `least` is asked for, one at least. */
  #within(batch: readonly T[], from: number, room: number, least: boolean): readonly T[] {
    if (room === Number.POSITIVE_INFINITY) return from === 0 ? batch : batch.slice(from);
    if (this.#config.sizer === 'items') return batch.slice(from, from + room);
    let to = from;
    for (let left = room; to < batch.length; to++) {
      left -= this.#sizeOf(batch.slice(to, to + 1));
      if (left < 0 && (to > from || !least)) break;
    }
    return batch.slice(from, to);
  }
}
