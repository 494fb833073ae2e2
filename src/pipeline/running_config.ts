import type { CheckResult } from '../config/check.ts';
import type { CheckedConfig } from '../config/checked.ts';
import { configHash, configText, fingerprintOf } from '../config/fingerprint.ts';
import { issueLine } from '../config/issue_line.ts';
import { nodeAt } from '../config/node.ts';
import type { ConfigurationView, Reload, ReloadOutcome } from '../status/configuration_view.ts';
import type { ServiceView } from '../status/service_view.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Running } from './running.ts';

/** How the configuration is changed. */
export interface ReloadOptions {
  /** What was tried before is neither tried nor told again. */
  readonly onlyChanged: boolean;
  /** From one configuration to another; what kept it from that, the first one running again. */
  readonly change: (from: CheckedConfig, to: CheckedConfig) => Promise<string | undefined>;
}

/** Which configuration runs, and what came of reading it again. */
export class RunningConfig {
  readonly #load: (() => Promise<CheckResult>) | undefined;
  readonly #logger: Logger;
  #running: CheckedConfig;
  #text: string | undefined;
  /** What was read last, whether it runs or not. */
  #tried: string;
  #state: ConfigurationView;
  readonly view: ServiceView;

  constructor(
    config: CheckedConfig,
    load: (() => Promise<CheckResult>) | undefined,
    logger: Logger,
    components: () => readonly Running[],
  ) {
    this.#running = config;
    this.#load = load;
    this.#logger = logger;
    this.#tried = fingerprintOf(config.root);
    const reloads = { changed: 0, unchanged: 0, refused: 0 };
    this.#state = { hash: configHash(config), since: Date.now(), lastReload: undefined, reloads };
    const pipelines = () => this.#running.pipelines;
    this.view = {
      startedAt: Date.now(),
      get pipelines() {
        return pipelines();
      },
      components: () =>
        components().map(({ kind, id, pipeline, context }) => ({
          kind,
          id,
          pipeline,
          account: context.account,
        })),
      configText: () => (this.#text ??= configText(this.#running)),
      configuration: () => this.#state,
    };
  }

  get running(): CheckedConfig {
    return this.#running;
  }

  /** Reads it again and, if it is another one that can run, changes to that. */
  async reload({ onlyChanged, change }: ReloadOptions): Promise<Reload> {
    if (this.#load === undefined)
      return this.#note('refused', ['this configuration does not come from where it could be read again']);
    const loaded = await this.#load();
    const wrong = loaded.kind === 'wrong' ? loaded.issues.map(issueLine) : [];
    const tried = loaded.kind === 'ok' ? fingerprintOf(loaded.config.root) : wrong.join('\n');
    if (onlyChanged && tried === this.#tried) return { at: Date.now(), outcome: 'unchanged', lines: [] };
    this.#tried = tried;
    if (loaded.kind === 'wrong') return this.#note('refused', wrong);
    if (tried === fingerprintOf(this.#running.root)) return this.#note('unchanged', []);
    const failure = await change(this.#running, loaded.config);
    if (failure !== undefined) return this.#note('refused', [failure]);
    const lines = [...loaded.warnings.map(issueLine), ...this.#laterThan(loaded.config)];
    this.#running = loaded.config;
    this.#text = undefined;
    this.#state = { ...this.#state, hash: configHash(loaded.config), since: Date.now() };
    return this.#note('changed', lines);
  }

  /** What of it has no effect before the next start. */
  #laterThan(config: CheckedConfig): string[] {
    const telemetry = ({ root }: CheckedConfig): string => {
      const node = nodeAt(root, ['service', 'telemetry']);
      return node === undefined ? '' : fingerprintOf(node);
    };
    if (telemetry(config) === telemetry(this.#running)) return [];
    return ['service::telemetry is read at the start: what changed of it takes effect with the next one'];
  }

  #note(outcome: ReloadOutcome, lines: readonly string[]): Reload {
    const lastReload = { at: Date.now(), outcome, lines };
    const reloads = { ...this.#state.reloads, [outcome]: this.#state.reloads[outcome] + 1 };
    this.#state = { ...this.#state, lastReload, reloads };
    const { hash } = this.#state;
    if (outcome === 'refused')
      this.#logger.error('the configuration was read again and is refused: the one before runs on', { hash });
    else this.#logger.info(`the configuration was read again: ${outcome}`, { hash });
    for (const line of lines)
      if (outcome === 'refused') this.#logger.error(line);
      else this.#logger.warn(line);
    return lastReload;
  }
}
