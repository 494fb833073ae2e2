/** What a check of `sigel doctor` came to. */
export interface Finding {
  readonly check: string;
  /** `warn`: Sigel runs, with less. `fail`: it does not, or not with what it is for. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** What there is, in a sentence or less. */
  readonly found: string;
  /** What to do, in a sentence. */
  readonly advice?: string;
}
