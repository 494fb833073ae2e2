import { Positions } from '../../src/receiving/positions.ts';
import type { Mark } from './bookmarks.ts';

/** Which mark of a channel is settled: that of the last batch before which, and in which, everything is. */
export class ChannelProgress {
  /** Of the records that the emitter takes. */
  readonly positions = new Positions(0, () => this.#advance());
  readonly #onSettled: (mark: Mark) => void;
  readonly #open: { readonly end: number; readonly mark: Mark }[] = [];

  /** `onSettled` is called with each mark that is newly settled, some left out. */
  constructor(onSettled: (mark: Mark) => void) {
    this.#onSettled = onSettled;
  }

  /** A batch was handed on, or held nothing to hand on: this is its end. */
  handedOn(mark: Mark): void {
    this.#open.push({ end: this.positions.taken, mark });
    this.#advance();
  }

  #advance(): void {
    const { settled } = this.positions;
    const open = this.#open.findIndex(({ end }) => end > settled);
    const done = this.#open.splice(0, open < 0 ? this.#open.length : open).at(-1);
    if (done !== undefined) this.#onSettled(done.mark);
  }
}
