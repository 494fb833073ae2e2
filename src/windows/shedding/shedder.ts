import type { EtwControl } from '../sessions/control.ts';
import { enableProvider } from '../sessions/enable_provider.ts';
import type { PlannedProvider } from '../sessions/providers.ts';
import { enableAt } from './stages.ts';

/** Enables the providers of a session as a level of shedding has them. */
export class Shedder {
  readonly #control: EtwControl;
  readonly #handle: bigint;
  readonly #providers: readonly PlannedProvider[];
  #level = 0;

  /** `handle` of a session in which `providers` are enabled as planned. */
  constructor(control: EtwControl, handle: bigint, providers: readonly PlannedProvider[]) {
    this.#control = control;
    this.#handle = handle;
    this.#providers = providers;
  }

  /** Changes those that differ between the level that was and this one; what did not work, in sentences. */
  to(level: number): readonly string[] {
    const problems: string[] = [];
    for (const { name, enable } of this.#providers) {
      const [before, after] = [enableAt(enable, this.#level), enableAt(enable, level)];
      if (isSame(before, after)) continue;
      const called =
        after === 'off'
          ? this.#control.disable(this.#handle, enable.guid)
          : enableProvider(this.#control, this.#handle, after);
      if (called.kind === 'failed')
        problems.push(
          `${name} could not be ${after === 'off' ? 'shed' : 'enabled'}: ${called.error.message}`,
        );
    }
    this.#level = level;
    return problems;
  }
}

function isSame(a: ReturnType<typeof enableAt>, b: ReturnType<typeof enableAt>): boolean {
  return a === b || (a !== 'off' && b !== 'off' && a.matchAnyKeyword === b.matchAnyKeyword);
}
