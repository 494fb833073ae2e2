import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { etlConfig } from '../../receivers/etl/config.ts';
import { EtlReceiver } from '../../receivers/etl/receiver.ts';
import {
  type AnyDefinition,
  type ComponentContext,
  defineReceiver,
  type LogsConsumer,
} from '../../src/component.ts';
import { components } from '../../src/components.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';
import { type RunResult, runService } from '../../src/pipeline/service.ts';
import { type Account, Ledger } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { NO_METRICS } from '../../src/telemetry/metrics.ts';
import { nodeResource } from '../../src/telemetry/node_resource.ts';

/** Diagnostics that are remembered. */
const MAX_SAID = 10_000;

/**
 * A service as a configuration describes it, with one more receiver, `played`: each trace that is played goes through
 * an `etl` receiver of its own into the same pipelines, at the moment of a test's choice.
 */
export class PlayedTraces {
  readonly ledger = new Ledger();
  readonly #folder: string;
  readonly #stop = new AbortController();
  /** Diagnostics: `info: message`. */
  readonly said: string[] = [];
  #played = 0;
  #into: { readonly context: ComponentContext; readonly next: LogsConsumer } | undefined;
  #ended: Promise<RunResult> | undefined;
  readonly #started = Promise.withResolvers<void>();

  /** `folder` is where the traces are written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Runs a configuration until {@link stop}; resolves when it runs, or has ended. @throws when it is wrong. */
  async run(yaml: string): Promise<void> {
    const definitions = [...components, this.#definition()];
    const configs = [new Source('test', yaml)];
    const loaded = await loadConfig({ configs, env: {}, definitions, unsupported: 'error' });
    if (loaded.kind === 'wrong') throw new Error(renderIssues(loaded.issues));
    this.#ended = runService({
      config: loaded.config,
      ledger: this.ledger,
      metrics: NO_METRICS,
      resource: nodeResource({}, {}),
      logger: () => this.#logger(),
      stop: this.#stop.signal,
    });
    await Promise.race([this.#started.promise, this.#ended]);
  }

  /** Reads a trace; resolves when all records of it are delivered, rejects when it cannot be read. */
  async play(trace: Uint8Array): Promise<void> {
    const path = join(this.#folder, `played-${++this.#played}.etl`);
    writeFileSync(path, trace);
    await this.playFile(path);
  }

  /** As {@link play}, of a file. */
  async playFile(path: string): Promise<void> {
    assert.ok(this.#into !== undefined, 'the service runs');
    const { context, next } = this.#into;
    // What it shows of itself would be kept for ever.
    context.account.renew();
    context.account.status.enter('ok');
    const receiver = new EtlReceiver(context, etlConfig.parse({ include: [path] }), next);
    const failure = await new Promise<string | undefined>((finished, fatal) => {
      const extension = () => assert.fail('none is asked for');
      receiver.start({ extension, finished, fatal }).catch(fatal);
    });
    assert.equal(failure, undefined);
  }

  /** The account of the only component with that id. */
  account(id: string): Account {
    const found = [...this.ledger.accounts()].filter((account) => account.id.split(/[ @]/).includes(id));
    const [only] = found;
    assert.ok(only !== undefined && found.length === 1, `one account of ${id}`);
    return only;
  }

  /** Stops the service in order. */
  async stop(): Promise<RunResult | undefined> {
    this.#stop.abort();
    return this.#ended;
  }

  #definition(): AnyDefinition {
    return defineReceiver({
      type: 'played',
      description: 'Traces as a test plays them',
      signals: ['logs'],
      config: z.strictObject({}),
      create: (context, _config, { logs }) => {
        assert.ok(logs !== undefined);
        return {
          start: async () => {
            this.#into = { context, next: logs };
            this.#started.resolve();
          },
          shutdown: () => Promise.resolve(),
        };
      },
    });
  }

  #logger(): Logger {
    const say = (level: string) => (message: string) => {
      this.said.push(`${level}: ${message}`);
      if (this.said.length > MAX_SAID) this.said.shift();
    };
    return { debug: () => {}, info: say('info'), warn: say('warn'), error: say('error') };
  }
}
