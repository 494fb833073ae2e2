import { anyOf } from '../model/wildcard.ts';

/** Providers name their own events, so there can be any number of names. */
const MAX_REMEMBERED = 4096;

/** Which of some lists of patterns an event's name is in; asked for each record, so answers are remembered. */
export class EventNames {
  readonly #lists: readonly ((name: string) => boolean)[];
  readonly #known = new Map<string, readonly number[]>();

  constructor(lists: readonly (readonly string[])[]) {
    this.#lists = lists.map((patterns) => anyOf(patterns));
  }

  /** The places of the lists that have it. */
  in(name: string): readonly number[] {
    let places = this.#known.get(name);
    if (places === undefined) {
      places = this.#lists.flatMap((has, i) => (has(name) ? [i] : []));
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(name, places);
    }
    return places;
  }
}
