import type { Line } from './schema.ts';

/** How much of a journal is held, so that no journal fills the memory. */
export class Weights {
  readonly #bytes = new Map<string, number>();
  readonly #maxBytes: number;
  #sum = 0;

  /** `maxBytes`: what all containers may take, in bytes of their lines. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes in a line that is about to be told; false where it would be too much. */
  fits(line: Line, bytes: number): boolean {
    if (line.kind !== 'container' && line.kind !== 'job') return true;
    const key = keyOf(line.kind, line);
    const sum = this.#sum - (this.#bytes.get(key) ?? 0) + bytes;
    if (sum > this.#maxBytes) return false;
    this.#bytes.set(key, bytes);
    this.#sum = sum;
    return true;
  }

  /** A container is held no more. */
  forget(container: Subject): void {
    for (const key of [keyOf('container', container), keyOf('job', container)]) {
      this.#sum -= this.#bytes.get(key) ?? 0;
      this.#bytes.delete(key);
    }
  }
}

interface Subject {
  readonly namespace: string;
  readonly id: string;
}

function keyOf(kind: 'container' | 'job', { namespace, id }: Subject): string {
  return `${kind} ${namespace}/${id}`;
}
