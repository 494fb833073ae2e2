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
  /** Items below which more are waited for. */
  readonly min_size: number;
  /** Items at most in a unit; 0 for any number. */
  readonly max_size: number;
}

/** Merges requests into units of at least `min_size` items and cuts them at `max_size`, in order. */
export class Gatherer<T, R extends Request<T>> {
  readonly #config: GatherConfig;
  readonly #emit: (unit: Unit<T, R>) => void;
  #waiting: { readonly request: R; readonly from: number }[] = [];
  #items = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: GatherConfig, emit: (unit: Unit<T, R>) => void) {
    this.#config = config;
    this.#emit = emit;
  }

  /** Takes a request; emits what has become large enough, the rest after `flush_timeout`. */
  add(request: R): void {
    this.#waiting.push({ request, from: 0 });
    this.#items += request.batch.length;
    this.#cutDownTo(Math.max(1, this.#config.min_size));
    if (this.#items > 0) this.#timer ??= setTimeout(() => this.flush(), this.#config.flush_timeout);
  }

  /** Emits everything that waits. */
  flush(): void {
    this.#cutDownTo(1);
  }

  #cutDownTo(minSize: number): void {
    const { max_size } = this.#config;
    if (this.#items < minSize) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#items >= minSize) this.#cut(max_size === 0 ? this.#items : Math.min(max_size, this.#items));
  }

  #cut(size: number): void {
    const parts: { request: R; count: number }[] = [];
    const items: (readonly T[])[] = [];
    for (let missing = size; missing > 0; ) {
      const head = this.#waiting.shift();
      if (head === undefined) break;
      const { request, from } = head;
      const count = Math.min(missing, request.batch.length - from);
      parts.push({ request, count });
      items.push(request.batch.slice(from, from + count));
      if (from + count < request.batch.length) this.#waiting.unshift({ request, from: from + count });
      missing -= count;
    }
    this.#items -= size;
    this.#emit({ items: items.flat(), parts });
  }
}
