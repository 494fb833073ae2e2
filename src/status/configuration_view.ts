/** What came of reading the configuration again. `refused`: it is wrong, or could not be started; the one before runs on. */
export type ReloadOutcome = 'changed' | 'unchanged' | 'refused';

/** Reading the configuration again. */
export interface Reload {
  /** Unix milliseconds. */
  readonly at: number;
  readonly outcome: ReloadOutcome;
  /** What is wrong, a line each; or what to know of the change. */
  readonly lines: readonly string[];
}

/** Which configuration runs. */
export interface ConfigurationView {
  /** SHA-256 (hex) of what `sigel print-config` prints of it. */
  readonly hash: string;
  /** Since when it runs, in Unix milliseconds. */
  readonly since: number;
  /** The last time it was read again; undefined before the first. */
  readonly lastReload: Reload | undefined;
  /** How often it was read again, by what came of it. */
  readonly reloads: Readonly<Record<ReloadOutcome, number>>;
}
