import type { Panels } from './panels.ts';

/** How a component is; after OpenTelemetry's component statuses. */
export interface Status {
  readonly kind: 'starting' | 'ok' | 'recoverable_error' | 'permanent_error' | 'stopping' | 'stopped';
  /** Why, of the two errors. */
  readonly reasons: readonly string[];
}

/** Where a component is in its life. */
export type Phase = Exclude<Status['kind'], 'recoverable_error' | 'permanent_error'>;

/** A reason may be a peer's words. */
const MAX_REASON = 300;

/**
 * What a component says of itself beside its counts. Everything is asked for when somebody looks: a component
 * gives functions once, and has no state to keep in step. The service tells the phases.
 */
export class ComponentStatus {
  readonly #troubles: (() => string | undefined)[] = [];
  readonly #panels = new Map<keyof Panels, (() => unknown)[]>();
  #phase: Phase = 'starting';
  #failure: string | undefined;

  /** For the service. */
  enter(phase: Phase): void {
    this.#phase = phase;
  }

  /** It will not work any more; the first reason stays. */
  fail(reason: string): void {
    this.#failure ??= reason;
  }

  /** `look` says what is not well at the moment of asking but may pass by itself, or undefined. */
  watch(look: () => string | undefined): void {
    this.#troubles.push(look);
  }

  /** `read` gives what a status page shows of this component under that name. */
  show<K extends keyof Panels>(name: K, read: () => Panels[K]): void {
    const before = this.#panels.get(name) ?? [];
    this.#panels.set(name, [...before, read]);
  }

  /** What stands under that name, of each {@link show}. */
  shown<K extends keyof Panels>(name: K): readonly Panels[K][] {
    // Only `show` fills the map, with the type of the name.
    return (this.#panels.get(name) ?? []).map((read) => read() as Panels[K]);
  }

  now(): Status {
    if (this.#failure !== undefined) return { kind: 'permanent_error', reasons: [shortened(this.#failure)] };
    if (this.#phase !== 'ok') return { kind: this.#phase, reasons: [] };
    const reasons = this.#troubles.map((look) => look()).filter((reason) => reason !== undefined);
    if (reasons.length === 0) return { kind: 'ok', reasons };
    return { kind: 'recoverable_error', reasons: reasons.map(shortened) };
  }
}

function shortened(reason: string): string {
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
}
