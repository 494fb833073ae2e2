import type { z } from 'zod';
import { type Capture, captureOf } from '../../src/capture/capture.ts';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { offer } from '../../src/pipeline/offer.ts';
import { DetectionRecords } from '../../src/sigma/detection_record.ts';
import { Exceptions } from '../../src/sigma/exceptions/exceptions.ts';
import type { LoadedRules } from '../../src/sigma/load.ts';
import { builtinSignatures } from '../../src/signatures/builtin/index.ts';
import { headReader } from '../../src/signatures/file_head.ts';
import { Signatures } from '../../src/signatures/signatures.ts';
import { storageOf } from '../../src/storage/storage.ts';
import { observeRules } from '../../src/telemetry/rule_metrics.ts';
import { observeSignatures } from '../../src/telemetry/signature_metrics.ts';
import { Captured } from './captured.ts';
import type { signatureConfig } from './config.ts';
import { type Judged, Judging } from './judging.ts';
import { KeptCorrelations } from './kept_correlations.ts';
import { ListStore } from './lists/list_store.ts';
import { PackStore } from './packs/pack_store.ts';
import { ruleFiles, ruleSources } from './rule_sources.ts';
import { type Prepared, RunningRules } from './rules/running_rules.ts';
import { readExceptions, unknownRules } from './triage/read_exceptions.ts';
import { Triage } from './triage/triage.ts';

type Config = z.infer<typeof signatureConfig>;

/**
 * Judges every record once, in the order it comes. A batch that fired nothing is the caller's as before: what refuses it
 * is told to the caller. A batch that did is this processor's, since correlations have counted it: it is offered on
 * from here until it is taken.
 */
export class SignatureProcessor implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #next: LogsConsumer;
  readonly #lists: ListStore;
  readonly #packs: PackStore;
  readonly #triage: Triage;
  readonly #judging: Judging;
  readonly #signatures: Signatures;
  readonly #giveUp = new AbortController();
  readonly #offering = new Set<Promise<unknown>>();
  readonly #rules: RunningRules;
  #capture: Capture | undefined;
  #captured: Captured | undefined;
  #kept: KeptCorrelations | undefined;

  constructor(context: ComponentContext, config: Config, next: LogsConsumer) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
    this.#lists = new ListStore(context.logger, () => void this.#rules.listsChanged());
    this.#packs = new PackStore(
      config.packs,
      context.logger,
      async () => (await this.#rules.reload()) === 'loaded',
    );
    this.#triage = new Triage(config.throttle, config.max_per_minute);
    this.#judging = new Judging({
      emit: config.emit,
      triage: this.#triage,
      records: new DetectionRecords(scopeFor('signature'), {
        ruleset: config.ruleset,
        provenance: config.provenance,
        packDigest: (file) => this.#packs.digestOf(file),
      }),
      isGrave: (level) => this.#capture?.wants(level) === true,
      resource: context.resource,
    });
    this.#rules = new RunningRules({
      paths: ruleSources({ ...config, packs: [] }).flatMap(({ paths }) => paths),
      packs: this.#packs.packs,
      besides: config.exception_files,
      lists: this.#lists.lists,
      prepare: (loaded) => this.#prepare(loaded),
      correlationMemory: config.correlation_memory,
      reloadInterval: config.reload_interval,
      logger: context.logger,
    });
    const { builtin, levels, min_level: minLevel, signature_limits: limits } = config;
    this.#signatures = new Signatures({
      builtin: builtin ? builtinSignatures(config.read_files ? headReader() : undefined) : [],
      folders: config.signatures,
      limits,
      reloadInterval: config.reload_interval,
      selection: { levels, minLevel },
      logger: context.logger,
    });
  }

  /** Loads and compiles the rules. Rejects when the extension captures nothing, a list cannot be read, a path names nothing, and no rule could be loaded. */
  async start(host: Host): Promise<void> {
    const { capture } = this.#config;
    if (capture !== undefined) {
      this.#capture = captureOf(host, capture);
      this.#captured = new Captured(this.#capture, this.#giveUp.signal);
    }
    await this.#signatures.start();
    await this.#lists.open(this.#config.lists);
    await this.#packs.open();
    await this.#rules.start({ isNeeded: this.#signatures.rules.length === 0 });
    await this.#takeUp(host);
    this.#packs.follow();
    this.#observe();
    const { engine, failed } = this.#rules;
    this.#context.logger.info('rules are loaded', {
      rules: this.#rules.detector.rules,
      signatures: this.#signatures.rules.length,
      failed,
      'without log source': engine.unknownLogsource,
      'without fields': engine.impossible,
      'compile seconds': Number(engine.compileTime.toFixed(2)),
    });
  }

  /** Waits for what is on its way until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    this.#lists.close();
    this.#packs.close();
    this.#rules.close();
    await this.#endSignatures(deadline);
    await Promise.all(this.#offering);
    await this.#kept?.save(this.#rules.detector, deadline);
    deadline.removeEventListener('abort', giveUp);
  }

  /** Goes on with what correlations had counted when the agent was stopped. */
  async #takeUp(host: Host): Promise<void> {
    const { storage } = this.#config;
    if (storage === undefined) return;
    const { id, pipeline, logger } = this.#context;
    const owner = { kind: 'processor', id, ...(pipeline === undefined ? {} : { name: pipeline }) } as const;
    this.#kept = new KeptCorrelations(await storageOf(host, storage, owner), logger);
    await this.#kept.restore(this.#rules.detector);
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const code = this.#signatures.judge(batch);
    const judgement = code instanceof Promise ? await code : code;
    const judged = this.#judging.judge(batch, this.#rules.detector, judgement);
    if (!judged.counted) return this.#handOn(batch, judged);
    this.#context.account.taken += batch.length;
    await this.#offer(judged);
    return ACCEPTED;
  }

  async #offer(judged: Judged): Promise<void> {
    const { records, detections, filtered } = judged;
    const { account } = this.#context;
    account.made += detections;
    account.filtered += filtered;
    account.queued += records.length;
    const offering = this.#deliver(judged);
    this.#offering.add(offering);
    const outcome = await offering;
    this.#offering.delete(offering);
    account.queued -= records.length;
    if (outcome.kind === 'accepted') account.emitted += records.length;
  }

  async #deliver({ records, grave }: Judged): Promise<Outcome> {
    const { account, logger } = this.#context;
    const { signal } = this.#giveUp;
    await this.#captured?.add(records, grave);
    return offer(this.#next, records, account, { signal, logger });
  }

  async #endSignatures(deadline: AbortSignal): Promise<void> {
    const judged = this.#judging.end(await this.#signatures.end(deadline));
    if (judged.detections > 0) await this.#offer(judged);
  }

  async #handOn(batch: LogBatch, { records, filtered, grave }: Judged): Promise<Outcome> {
    const { account } = this.#context;
    const turn = this.#captured?.add(records, grave);
    if (turn !== undefined) await turn;
    const outcome =
      records.length === 0 ? ACCEPTED : await this.#next.consumeLogs(filtered === 0 ? batch : records);
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      account.taken += batch.length;
      account.filtered += filtered;
      account.emitted += records.length;
    }
    return outcome;
  }

  async #prepare(loaded: LoadedRules): Promise<Prepared> {
    const { levels, min_level: minLevel, status } = this.#config;
    const files = ruleFiles(loaded, ruleSources(this.#config));
    const found = await readExceptions(this.#config, this.#lists.lists);
    const { logger } = this.#context;
    const { rules, correlations } = loaded;
    const all = [...rules, ...correlations.map(({ rule }) => rule), ...this.#signatures.rules];
    const [unknown, ...others] = unknownRules(found, all);
    if (unknown !== undefined)
      logger.warn('exceptions name rules that are not loaded', { first: unknown, others: others.length });
    const exceptions = new Exceptions(found, logger);
    return {
      selection: { levels, minLevel, status, files: files.selections },
      take: () => this.#triage.use({ exceptions, isShadow: files.isShadow }),
    };
  }

  #observe(): void {
    const { meter, account } = this.#context;
    account.status.show('detections', () => this.#judging.last.rows);
    account.status.show('packs', () =>
      Array.from(this.#packs.packs, ([location, { digest }]) => ({ location, digest })),
    );
    if (this.#config.builtin !== false) account.status.show('canaries', () => this.#signatures.canaries);
    account.status.show('rules', () => this.#rules.statistics());
    observeRules(meter, () => this.#rules.statistics());
    observeSignatures(meter, {
      matches: this.#judging.matches,
      withheld: this.#triage.withheld,
      reloads: this.#rules.reloads,
      codeReloads: this.#signatures.reloads,
      read: () => {
        const { engine, detector, failed } = this.#rules;
        const { correlations, rules } = detector;
        const { running, expired } = this.#triage.exceptions;
        return {
          exceptions: running,
          expired,
          rules: rules + this.#signatures.rules.length,
          errors: failed,
          listsFailing: this.#lists.failing,
          packsFailing: this.#packs.failing,
          signatureErrors: this.#signatures.errors,
          disabled: this.#signatures.disabled,
          compileTime: engine.compileTime,
          tables: engine.bytes,
          evaluated: engine.records,
          candidates: engine.candidates,
          groups: correlations.groups,
          memory: correlations.bytes,
          evicted: correlations.evicted,
        };
      },
    });
  }
}
