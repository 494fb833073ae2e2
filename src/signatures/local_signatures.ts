import type { LogBatch } from '../model/log_record.ts';
import type { SignatureDefinition } from './api.ts';
import { EventNames } from './event_names.ts';
import type { NumberedDetection } from './numbered_detection.ts';
import { RecordView } from './record_view.ts';
import { type Found, type Mishap, Runner } from './runner.ts';
import { selectedOf } from './selected.ts';

/** Signatures of Sigel's own, which need no thread: they are as trusted as what runs them. */
export class LocalSignatures {
  readonly #runner: Runner;
  readonly #names: EventNames;
  readonly #report: (mishap: Mishap) => void;

  constructor(definitions: readonly SignatureDefinition[], report: (mishap: Mishap) => void) {
    this.#runner = new Runner(definitions.map((definition, number) => ({ number, definition })));
    this.#names = new EventNames([this.#runner.events]);
    this.#report = report;
  }

  /** Gives them what they want of a batch; undefined when nothing of it concerns them. */
  run(batch: LogBatch): readonly NumberedDetection[] | undefined {
    const selected = selectedOf(batch, this.#names, this.#runner.nextTimer);
    if (selected === undefined) return undefined;
    const { records, places, until } = selected;
    const views = records.map((record) => new RecordView(record));
    return this.#detections(this.#runner.run(views, until), places);
  }

  /** Tells them that nothing more comes. */
  end(): readonly NumberedDetection[] {
    const found = this.#detections(this.#runner.signal({ kind: 'end' }), []);
    this.#runner.close();
    return found;
  }

  #detections(
    { found, mishaps }: ReturnType<Runner['run']>,
    places: readonly number[],
  ): readonly NumberedDetection[] {
    for (const mishap of mishaps) this.#report(mishap);
    return found.flatMap((one) => detectionOf(one, places));
  }
}

function detectionOf({ record, place, ...rest }: Found, places: readonly number[]): NumberedDetection | [] {
  // The runner was given no others.
  if (!(record instanceof RecordView)) return [];
  return { ...rest, record: record.log, event: undefined, place: places[place] ?? -1 };
}
