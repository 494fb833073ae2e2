/** An error that Windows answered with. */
export interface WindowsError {
  /** The system error code; 0 when the function does not exist. */
  readonly code: number;
  /** `ERROR_ACCESS_DENIED`, or the number. */
  readonly name: string;
  /** What was asked for, and what it means, in a sentence. */
  readonly message: string;
  /** What to do about it, in a sentence; undefined where nothing general can be said. */
  readonly advice: string | undefined;
}
