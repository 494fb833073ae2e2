import type { LogBatch } from '../model/log_record.ts';
import type { CodeDetection } from '../sigma/detector.ts';
import type { CodeRule } from '../sigma/rule/documents.ts';
import { isWanted, type Selection } from '../sigma/selection.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { SignatureDefinition } from './api.ts';
import { CANARY_SIGNATURE } from './builtin/canary.ts';
import { BUILTIN_SIGNATURES, codeRule } from './code_rule.ts';
import { describe } from './description.ts';
import type { IsolateLimits } from './isolation/isolate.ts';
import { LocalSignatures } from './local_signatures.ts';
import type { NumberedDetection } from './numbered_detection.ts';
import type { Mishap } from './runner.ts';
import { type RuledDetection, UserSignatures } from './user_signatures.ts';

/** Which signatures run, and how. */
export interface SignaturesOptions {
  /** Sigel's own. */
  readonly builtin: readonly SignatureDefinition[];
  /** Folders of users' own. */
  readonly folders: readonly string[];
  readonly limits: IsolateLimits;
  /** Milliseconds between two looks for changed files of users; 0: none. */
  readonly reloadInterval?: number;
  /** By level: code has no status. */
  readonly selection: Pick<Selection, 'levels' | 'minLevel'>;
  readonly logger: Logger;
}

/** What signatures say of a batch. */
export interface CodeJudgement {
  /** By the place of the record behind which they stand; -1 for those before all. */
  readonly detections: ReadonlyMap<number, readonly CodeDetection[]>;
  /** They have remembered something of it: it must not be given again. */
  readonly isCounted: boolean;
}

const NOTHING: CodeJudgement = { detections: new Map(), isCounted: false };

/** All rules that are code: Sigel's own, which run here, and those of users, which run in a thread. */
export class Signatures {
  readonly #options: SignaturesOptions;
  readonly #local: LocalSignatures;
  readonly #localRules: readonly CodeRule[];
  readonly #users: UserSignatures;
  #localErrors = 0;
  #canaries = 0;

  constructor(options: SignaturesOptions) {
    this.#options = options;
    this.#localRules = options.builtin.map((one) => ruleOf(one));
    this.#local = new LocalSignatures(options.builtin, (mishap) => this.#report(mishap));
    const { reloadInterval = 0 } = options;
    this.#users = new UserSignatures({ ...options, reloadInterval });
  }

  /** Loads users' signatures. Rejects when a folder cannot be read or others may write to it. */
  async start(): Promise<void> {
    await this.#users.start();
  }

  /** Signatures that may speak. */
  get rules(): readonly CodeRule[] {
    const all = [...this.#localRules, ...this.#users.rules];
    return all.filter(
      ({ metadata }) => metadata.id !== CANARY_SIGNATURE && isWanted(metadata, this.#options.selection),
    );
  }

  /** Errors of signatures so far, those included that could not be loaded. */
  get errors(): number {
    return this.#localErrors + this.#users.errors;
  }

  /** How many canaries came here. They are no detections, whatever levels are wanted. */
  get canaries(): number {
    return this.#canaries;
  }

  /** Signatures that do not run any more, or never did. */
  get disabled(): number {
    return this.#users.disabled;
  }

  /** What came of changed files of users. */
  get reloads(): ReadonlyMap<string, number> {
    return this.#users.reloads;
  }

  /**
   * Judges a batch, in the order of calls. Without signatures of users the answer is there at once; with them each batch
   * waits for those before it.
   */
  judge(batch: LogBatch): CodeJudgement | Promise<CodeJudgement> {
    const judge = (own?: readonly RuledDetection[]) => this.#judgement(this.#local.run(batch), own);
    return this.#users.run(batch, judge) ?? judge();
  }

  /** Tells signatures that nothing more comes; what they say to that until the deadline is over. */
  async end(deadline: AbortSignal): Promise<readonly CodeDetection[]> {
    const own = await this.#users.end(deadline);
    return [...this.#judgement(this.#local.end(), own).detections.values()].flat();
  }

  #judgement(
    local: readonly NumberedDetection[] | undefined,
    own: readonly RuledDetection[] | undefined,
  ): CodeJudgement {
    if (local === undefined && own === undefined) return NOTHING;
    const all = [
      ...(local ?? []).map((one) => ({ one, rule: this.#localRules[one.number] })),
      ...(own ?? []),
    ];
    const detections = new Map<number, CodeDetection[]>();
    for (const { one, rule } of all) {
      if (rule?.metadata.id === CANARY_SIGNATURE) {
        this.#canaries++;
        continue;
      }
      if (rule === undefined || !isWanted(rule.metadata, this.#options.selection)) continue;
      const there = detections.get(one.place);
      if (there === undefined) detections.set(one.place, [{ ...one, rule }]);
      else there.push({ ...one, rule });
    }
    // Sigel's own take the same record twice without harm.
    return { detections, isCounted: own !== undefined };
  }

  #report({ number, reason, disabled }: Mishap): void {
    this.#localErrors++;
    const id = this.#options.builtin[number]?.id ?? '';
    this.#options.logger.error('a built-in signature failed', { signature: id, reason, disabled });
  }
}

function ruleOf(definition: SignatureDefinition): CodeRule {
  const described = describe(definition);
  if (described.kind === 'wrong') throw new Error(`${definition.id}: ${described.reason}`);
  return codeRule(described.description, BUILTIN_SIGNATURES);
}
