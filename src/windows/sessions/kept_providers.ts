import { enableAt } from '../shedding/stages.ts';
import type { EnabledAs, EtwControl } from './control.ts';
import { enableProvider } from './enable_provider.ts';
import type { PlannedProvider } from './providers.ts';

/**
 * Keeps the providers of a session of ours enabled as they were: any administrator can disable one, or narrow it, and the
 * session runs on without its events. What counts is how Windows showed a provider after we had enabled it, so one that it
 * does not show is not missed. A change of filters alone is not seen.
 */
export class KeptProviders {
  readonly #control: EtwControl;
  readonly #handle: bigint;
  readonly #providers: readonly PlannedProvider[];
  readonly #shown = new Map<PlannedProvider, EnabledAs>();
  #level = 0;

  /** `handle` of a session in which `providers` were enabled just now. */
  constructor(control: EtwControl, handle: bigint, providers: readonly PlannedProvider[]) {
    this.#control = control;
    this.#handle = handle;
    this.#providers = providers;
    this.learn(0);
  }

  /** They are as they should be: we have enabled them as this level of shedding has them. */
  learn(level: number): void {
    this.#level = level;
    this.#shown.clear();
    for (const provider of this.#providers) this.#learn(provider);
  }

  /** Enables those again that are not as they were; their names. */
  restore(): readonly string[] {
    return this.#providers.filter((provider) => this.#isRestored(provider)).map(({ name }) => name);
  }

  #isRestored(provider: PlannedProvider): boolean {
    const { enable, captureState } = provider;
    const wanted = enableAt(enable, this.#level);
    const before = this.#shown.get(provider);
    if (wanted === 'off') return false;
    if (before === undefined) {
      this.#learn(provider);
      return false;
    }
    const asked = this.#control.enabledAs(this.#handle, enable.guid);
    if (asked.kind === 'failed' || isSame(before, asked.value)) return false;
    enableProvider(this.#control, this.#handle, wanted);
    if (captureState) this.#control.captureState(this.#handle, enable.guid);
    this.#shown.delete(provider);
    this.#learn(provider);
    return true;
  }

  #learn(provider: PlannedProvider): void {
    if (enableAt(provider.enable, this.#level) === 'off') return;
    const asked = this.#control.enabledAs(this.#handle, provider.enable.guid);
    if (asked.kind === 'ok' && asked.value !== undefined) this.#shown.set(provider, asked.value);
  }
}

function isSame(before: EnabledAs, now: EnabledAs | undefined): boolean {
  return (
    now !== undefined &&
    now.level === before.level &&
    now.matchAnyKeyword === before.matchAnyKeyword &&
    now.matchAllKeyword === before.matchAllKeyword &&
    now.enableProperties === before.enableProperties
  );
}
