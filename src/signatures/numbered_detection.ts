import type { CodeDetection } from '../sigma/detector.ts';

/** A detection of a signature, wherever it runs: by its number instead of its rule. */
export interface NumberedDetection extends Omit<CodeDetection, 'rule'> {
  /** The signature's number. */
  readonly number: number;
  /** It stands behind the record of this place in the batch; -1: before all of them. */
  readonly place: number;
}
