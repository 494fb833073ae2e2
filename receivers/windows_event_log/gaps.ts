/** Finds events of a channel that never came, by their EventRecordIDs, which count the events of a log. */
export class Gaps {
  #last: number | undefined;

  /** `last`: the id that was read before, by an earlier run; undefined where there was none. */
  constructor(last: number | undefined) {
    this.#last = last;
  }

  /** Takes the next event's id; how many are missing before it. A lower id begins a new log. */
  before(id: number): number {
    const last = this.#last;
    this.#last = id;
    return last === undefined || id <= last ? 0 : id - last - 1;
  }
}
