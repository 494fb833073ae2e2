import type { FieldScan } from './program.ts';

/** The fields that are looked through only when a rule asks for one of their literals, each once for a record. */
export class LazyScans {
  readonly #scans: readonly FieldScan[];
  readonly #first: number;
  /** By literal, from the first on: the place of its field. */
  readonly #places: Uint16Array;
  /** By field, whether it was taken for this record. */
  readonly #taken: Uint8Array;

  /** `scans`: in the order of their literals, which are the last of all up to `end`. */
  constructor(scans: readonly FieldScan[], end: number) {
    this.#scans = scans;
    this.#first = scans[0]?.first ?? end;
    this.#places = new Uint16Array(end - this.#first);
    this.#taken = new Uint8Array(scans.length);
    for (const [place, { first }] of scans.entries()) this.#places.fill(place, first - this.#first);
  }

  /** Another record is looked at. */
  begin(): void {
    this.#taken.fill(0);
  }

  /** The field of a literal; undefined where it was taken before, or is looked through in every record. */
  take(literal: number): FieldScan | undefined {
    if (literal < this.#first) return undefined;
    const place = this.#places[literal - this.#first] ?? 0;
    if (this.#taken[place] === 1) return undefined;
    this.#taken[place] = 1;
    return this.#scans[place];
  }
}
