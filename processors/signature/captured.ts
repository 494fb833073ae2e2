import type { Capture } from '../../src/capture/capture.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';

const CAPTURED = new Shape([Attr.capturePaths, Attr.captureSha256]);

/** Has the last events written beside detections. A batch that waits for its capture keeps those behind it waiting: order stays. */
export class Captured {
  readonly #capture: Capture;
  readonly #giveUp: AbortSignal;
  #turn: Promise<void> | undefined;

  constructor(capture: Capture, giveUp: AbortSignal) {
    this.#capture = capture;
    this.#giveUp = giveUp;
  }

  /**
   * Says on each detection at these places where the capture of its batch is. To be called in the order of batches, which
   * go on when it resolves; undefined: at once.
   */
  add(records: LogRecord[], places: readonly number[]): Promise<void> | undefined {
    // Kept when it is settled, too: whoever waits for it then is still behind those that waited before.
    if (places.length > 0) this.#turn = this.#add(this.#turn, records, places);
    return this.#turn;
  }

  // The capture of a batch is one, since all its events are in it.
  async #add(
    turn: Promise<void> | undefined,
    records: LogRecord[],
    places: readonly number[],
  ): Promise<void> {
    await turn;
    const [first] = places;
    if (first === undefined) return;
    const outcome = await this.#capture.take(records[first]?.get(Attr.logRecordUid) ?? '', this.#giveUp);
    if (outcome.kind === 'skipped') return;
    const block = new AttributeBlock(CAPTURED, [outcome.paths, outcome.sha256]);
    for (const place of places) {
      const detection = records[place];
      if (detection !== undefined) records[place] = detection.plus(block);
    }
  }
}
