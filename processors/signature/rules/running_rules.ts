import { issueLine } from '../../../src/config/issue_line.ts';
import { eventUid } from '../../../src/model/event_uid.ts';
import { lookForChanges } from '../../../src/sigma/changes.ts';
import { Detector } from '../../../src/sigma/detector.ts';
import type { EngineStats } from '../../../src/sigma/engine/engine.ts';
import { type KnownFiles, type LoadedRules, type LoadOptions, loadRules } from '../../../src/sigma/load.ts';
import type { Lists } from '../../../src/sigma/rule/expand.ts';
import type { RuleIssue } from '../../../src/sigma/rule/issue.ts';
import type { Linked } from '../../../src/sigma/rule/link.ts';
import { missingPaths, stampOf } from '../../../src/sigma/rule_files.ts';
import { type RuleStatistics, RuleTotals } from '../../../src/sigma/rule_totals.ts';
import type { Selection } from '../../../src/sigma/selection.ts';
import { finished, inSlices, type Steps } from '../../../src/sigma/steps.ts';
import { LOGSOURCE_TABLES } from '../../../src/sigma/tables.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { newFailures } from './refusal.ts';

/** How a set of rules that was loaded is run. */
export interface Prepared {
  readonly selection: Selection;
  /** Called at the moment from which on the set judges. */
  readonly take: () => void;
}

/** Which rules run, and how. */
export interface RunningRulesOptions {
  /** Files, folders and globs. */
  readonly paths: readonly string[];
  /** By location: files that were fetched, as they are now. */
  readonly packs: NonNullable<LoadOptions['packs']>;
  /** Other files with which rules are to be loaded again when they change. */
  readonly besides: readonly string[];
  readonly lists: Lists;
  /** Rejects when the set cannot be run. */
  readonly prepare: (loaded: LoadedRules) => Promise<Prepared>;
  /** Bytes. */
  readonly correlationMemory: number;
  /** Milliseconds between two looks for changes; 0: none. */
  readonly reloadInterval: number;
  readonly logger: Logger;
}

/** What came of rules that changed. */
export type Reload = 'loaded' | 'refused';

const NONE = { rules: [], correlations: [], failures: [] } as const;
/** Failures that are logged one by one. */
const MAX_LOGGED = 100;

/**
 * The rules that run, and those that come in their place when files change. A new set is compiled beside the old
 * one, in slices, and takes its place and its correlations' state at once: every record is judged by one of them.
 */
export class RunningRules {
  readonly #options: RunningRulesOptions;
  readonly #totals = new RuleTotals();
  readonly #closed = new AbortController();
  readonly #known: KnownFiles = new Map();
  readonly reloads = new Map<Reload, number>();
  #detector: Detector;
  #failures: LoadedRules['failures'] = [];
  #stamp = '';
  /** Of the sets before. */
  #before = { records: 0, candidates: 0 };
  #reloading: Promise<Reload> = Promise.resolve('loaded');

  constructor(options: RunningRulesOptions) {
    this.#options = options;
    this.#detector = finished(this.#compile(NONE, {}));
  }

  /** What judges now. Another may stand here after every `await`. */
  get detector(): Detector {
    return this.#detector;
  }

  /** Rules that could not be loaded. */
  get failed(): number {
    return this.#failures.length;
  }

  /** What the engine did since the start, and what it is now. */
  get engine(): EngineStats {
    const now = this.#detector.engine;
    const { records, candidates } = this.#before;
    return { ...now, records: records + now.records, candidates: candidates + now.candidates };
  }

  /** Every rule and correlation, and what it did since the start: for whoever shows the state of the agent. */
  statistics(): readonly RuleStatistics[] {
    return [...this.#totals.of(this.#detector).values()];
  }

  /**
   * Loads and compiles the rules. Rejects when a path names nothing and, where they are needed, when no rule could be
   * loaded.
   */
  async start({ isNeeded }: { readonly isNeeded: boolean }): Promise<void> {
    const { paths } = this.#options;
    const [missing] = await missingPaths(paths);
    if (missing !== undefined) throw new Error(`${missing}: no such file or folder of rules`);
    const loaded = await this.#load();
    this.#tell(loaded.failures);
    if (isNeeded && loaded.rules.length + loaded.correlations.length === 0) {
      const [first] = loaded.failures.flat();
      throw new Error(`no rule could be loaded${first === undefined ? '' : `: ${issueLine(first)}`}`);
    }
    this.#failures = loaded.failures;
    const { selection, take } = await this.#options.prepare(loaded);
    this.#detector = finished(this.#compile(loaded, selection));
    take();
    if (this.#options.reloadInterval > 0) this.#watch();
  }

  /** Loads again what changed, after what is being loaded. Never rejects. */
  reload(): Promise<Reload> {
    this.#reloading = this.#reloading.then(() => this.#reload()).catch((error) => this.#failed(error));
    return this.#reloading;
  }

  /** Lists have values that rules took in as texts before: loads all again. Never rejects. */
  listsChanged(): Promise<Reload> {
    this.#known.clear();
    return this.reload();
  }

  /** Ends looking for changes. */
  close(): void {
    this.#closed.abort();
  }

  async #load(): Promise<LoadedRules> {
    const { paths, packs, lists } = this.#options;
    // Before reading: what changes meanwhile is seen at the next look.
    this.#stamp = await this.#stampNow();
    return loadRules(paths, lists, { known: this.#known, packs });
  }

  #watch(): void {
    void lookForChanges({
      stamp: () => this.#stampNow(),
      loaded: () => this.#stamp,
      interval: this.#options.reloadInterval,
      onChange: () => this.reload(),
      onError: (error) => void this.#failed(error),
      signal: this.#closed.signal,
    });
  }

  #stampNow(): Promise<string> {
    const { paths, besides } = this.#options;
    return stampOf([...paths, ...besides]);
  }

  #compile(loaded: Linked, selection: Selection): Steps<Detector> {
    const { correlationMemory } = this.#options;
    return Detector.of(loaded, LOGSOURCE_TABLES, { selection, correlationMemory, refOf: eventUid });
  }

  async #reload(): Promise<Reload> {
    const loaded = await this.#load();
    const worse = newFailures(this.#failures, loaded.failures);
    const none = loaded.rules.length + loaded.correlations.length === 0 && this.#detector.rules > 0;
    if (worse.length > 0 || none) return this.#refuse(worse);
    const { selection, take } = await this.#options.prepare(loaded);
    const next = await inSlices(this.#compile(loaded, selection), this.#closed.signal);
    const ending = this.#replace(next);
    take();
    this.#failures = loaded.failures;
    this.#count('loaded');
    this.#options.logger.info('rules were loaded again', {
      rules: next.rules,
      failed: loaded.failures.length,
    });
    await inSlices(ending, this.#closed.signal);
    return 'loaded';
  }

  // Nothing may be awaited here: between two records that are judged, the one set ends and the other begins.
  #replace(next: Detector): Steps<void> {
    const { records, candidates } = this.engine;
    this.#before = { records, candidates };
    const before = this.#detector;
    next.succeed(before);
    this.#detector = next;
    return this.#totals.ended(before);
  }

  #refuse(failures: LoadedRules['failures']): Reload {
    this.#count('refused');
    this.#options.logger.error('the changed rules are refused; those from before run on', {
      failed: failures.length,
    });
    this.#tell(failures);
    return 'refused';
  }

  #failed(error: unknown): Reload {
    if (this.#closed.signal.aborted) return 'refused';
    this.#count('refused');
    this.#options.logger.error(`the changed rules are refused; those from before run on: ${String(error)}`);
    return 'refused';
  }

  #count(outcome: Reload): void {
    this.reloads.set(outcome, (this.reloads.get(outcome) ?? 0) + 1);
  }

  #tell(failures: readonly (readonly RuleIssue[])[]): void {
    const { logger } = this.#options;
    for (const issues of failures.slice(0, MAX_LOGGED)) {
      for (const issue of issues) logger.warn(`rule not loaded: ${issueLine(issue)}`);
    }
    if (failures.length > MAX_LOGGED)
      logger.warn('more rules not loaded', { count: failures.length - MAX_LOGGED });
  }
}
