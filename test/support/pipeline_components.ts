import { z } from 'zod';
import { forward } from '../../connectors/forward/index.ts';
import { batchProcessor } from '../../processors/batch/index.ts';
import {
  type AnyDefinition,
  type Component,
  type ComponentContext,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type Host,
  type LogsConsumer,
} from '../../src/component.ts';
import type { CheckResult } from '../../src/config/check.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { offer } from '../../src/pipeline/offer.ts';
import type { ServiceOptions } from '../../src/pipeline/service.ts';
import { Ledger } from '../../src/telemetry/ledger.ts';
import type { LogFacts, Logger } from '../../src/telemetry/logger.ts';
import { NO_METRICS } from '../../src/telemetry/metrics.ts';
import { nodeResource } from '../../src/telemetry/node_resource.ts';
import { logRecord } from './log_records.ts';

/** How a scripted component behaves where a test cares. */
export interface Script {
  readonly start?: (host: Host) => Promise<void>;
  readonly shutdown?: (deadline: AbortSignal) => Promise<void>;
  /** An exporter's answer. */
  readonly consume?: (batch: LogBatch) => Promise<Outcome>;
}

/** A world of scripted components and what happened in it. */
export class World {
  /** `start source`, `shutdown sink`, `sink takes a,b`, … in the order they happened. */
  readonly journal: string[] = [];
  /** Diagnostics: `error: message`. */
  readonly said: string[] = [];
  readonly ledger = new Ledger();
  /** How far sources have counted. */
  counted = 0;
  readonly #scripts: Readonly<Record<string, Script>>;

  constructor(scripts: Readonly<Record<string, Script>> = {}) {
    this.#scripts = scripts;
  }

  /** What runService takes, for a config given as YAML; throws when it is wrong. */
  async options(yaml: string, stop: AbortSignal = new AbortController().signal): Promise<ServiceOptions> {
    const loaded = await this.load(yaml);
    if (loaded.kind === 'wrong') throw new Error(renderIssues(loaded.issues));
    const say = (level: string) => (message: string, facts?: LogFacts) => {
      const { component, cause, records, pipelines } = facts ?? {};
      const told =
        component === undefined || pipelines === undefined ? [] : [component, cause, records, pipelines];
      this.said.push([`${level}: ${message}`, ...told].join(' '));
    };
    const logger: Logger = { debug: () => {}, info: () => {}, warn: say('warn'), error: say('error') };
    return {
      config: loaded.config,
      ledger: this.ledger,
      metrics: NO_METRICS,
      resource: nodeResource({}, {}),
      logger: () => logger,
      stop,
    };
  }

  /** Reads and checks a config given as YAML. */
  load(yaml: string): Promise<CheckResult> {
    const definitions = this.#definitions();
    return loadConfig({ configs: [new Source('test', yaml)], env: {}, definitions, unsupported: 'error' });
  }

  /** Waits until something has happened; throws when it does not. */
  async until(entry: string): Promise<void> {
    for (let turns = 0; !this.journal.includes(entry); turns++) {
      if (turns > 10_000) throw new Error(`"${entry}" did not happen: ${this.journal.join('; ')}`);
      await new Promise(setImmediate);
    }
  }

  #definitions(): AnyDefinition[] {
    return [
      defineReceiver({
        type: 'source',
        description: 'Emits a batch for each text in `batches`, one record for each letter',
        signals: ['logs'],
        config: z.strictObject({
          batches: z.array(z.string()).default([]),
          endless: z.boolean().default(false),
          /** Batches of numbers, several on their way at once, until it is shut down. */
          counting: z.boolean().default(false),
        }),
        create: (context, config, next) => this.#source(context, config, next.logs),
      }),
      defineProcessor({
        type: 'mark',
        description: 'Appends its name to the bodies',
        config: z.strictObject({ tag: z.string().optional() }),
        createLogs: (context, _config, next) => this.#mark(context, next),
      }),
      defineExporter({
        type: 'sink',
        description: 'Takes all',
        signals: ['logs'],
        config: z.strictObject({ tag: z.string().optional() }),
        create: (context) => this.#sink(context),
      }),
      defineExtension({
        type: 'helper',
        description: 'Helps',
        config: z.strictObject({ tag: z.string().optional() }),
        create: ({ id }) => this.#component(id),
      }),
      forward,
      batchProcessor,
    ];
  }

  #component(name: string, id: string = name): Component {
    const script = this.#scripts[id] ?? {};
    return {
      start: async (host) => {
        this.journal.push(`start ${name}`);
        await script.start?.(host);
      },
      shutdown: async (deadline) => {
        this.journal.push(`shutdown ${name}`);
        await script.shutdown?.(deadline);
      },
    };
  }

  #source(
    { id, account }: ComponentContext,
    config: { batches: string[]; endless: boolean; counting: boolean },
    next: LogsConsumer | undefined,
  ): Component {
    const component = this.#component(id);
    const stopping = new AbortController();
    const over = new AbortController();
    let work = Promise.resolve();
    const offerOne = async (batch: LogBatch) => {
      account.read += batch.length;
      account.emitted += batch.length;
      if (next !== undefined)
        await offer(next, batch, account, { signal: stopping.signal, backOff: { initialMs: 0, maxMs: 0 } });
    };
    const count = async () => {
      const open = new Set<Promise<void>>();
      while (!over.signal.aborted) {
        const batch = Array.from({ length: 3 }, (_, i) => logRecord(i, { body: String(++this.counted) }));
        const offered = offerOne(batch).finally(() => open.delete(offered));
        open.add(offered);
        if (open.size >= 8) await Promise.race(open);
        // Others get a turn, also where everything is taken at once.
        await new Promise(setImmediate);
      }
      await Promise.all(open);
    };
    const emit = async (host: Host) => {
      for (const text of config.batches)
        await offerOne(Array.from(text, (letter, i) => logRecord(i, { body: letter })));
      if (config.counting) await count();
      if (!config.endless) host.finished();
    };
    return {
      start: async (host) => {
        await component.start(host);
        work = emit(host);
      },
      shutdown: async (deadline) => {
        deadline.addEventListener('abort', () => stopping.abort());
        over.abort();
        await component.shutdown(deadline);
        await work;
      },
    };
  }

  #mark({ id, account }: ComponentContext, next: LogsConsumer): Component & LogsConsumer {
    return {
      ...this.#component(account.id.replace('processor ', ''), id),
      consumeLogs: async (batch) => {
        account.taken += batch.length;
        account.emitted += batch.length;
        return next.consumeLogs(batch.map((record) => record.with({ body: `${String(record.body)}.${id}` })));
      },
    };
  }

  #sink({ id, account }: ComponentContext): Component & LogsConsumer {
    const script = this.#scripts[id] ?? {};
    return {
      ...this.#component(id),
      consumeLogs: async (batch) => {
        const outcome = (await script.consume?.(batch)) ?? ACCEPTED;
        if (outcome.kind === 'refused') return outcome;
        this.journal.push(`${id} takes ${batch.map(({ body }) => String(body)).join(',')}`);
        account.taken += batch.length;
        account.delivered += batch.length;
        return outcome;
      },
    };
  }
}
