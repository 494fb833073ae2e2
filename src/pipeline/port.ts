import type { Outcome } from '../model/outcome.ts';
import type { Consume } from './fan_out.ts';
import type { Running } from './running.ts';

/**
 * Where a component hands on its batches. It can be led elsewhere between two batches, and closed for a while: what is
 * offered meanwhile waits, so that nothing reaches a component that is shutting down, and nothing overtakes what that one
 * still hands on.
 */
export class Port<B> {
  #target: Consume<B>;
  #leadsTo: readonly Running[];
  #closed: PromiseWithResolvers<void> | undefined;
  /** What a component is given as what comes next. */
  readonly consume: Consume<B>;

  /** `leadsTo` are the components that get what is offered. */
  constructor(target: Consume<B>, leadsTo: readonly Running[]) {
    this.#target = target;
    this.#leadsTo = leadsTo;
    this.consume = (batch) => (this.#closed === undefined ? this.#target(batch) : this.#later(batch));
  }

  /** From the next batch on. */
  lead(target: Consume<B>, leadsTo: readonly Running[]): void {
    this.#target = target;
    this.#leadsTo = leadsTo;
  }

  /** Whether any of these gets what is offered here. */
  leadsToAny(components: ReadonlySet<Running>): boolean {
    return this.#leadsTo.some((component) => components.has(component));
  }

  /** Lets what is offered wait. */
  close(): void {
    this.#closed ??= Promise.withResolvers();
  }

  /** Lets go what waits, in its order. */
  open(): void {
    const closed = this.#closed;
    this.#closed = undefined;
    closed?.resolve();
  }

  async #later(batch: B): Promise<Outcome> {
    while (this.#closed !== undefined) await this.#closed.promise;
    return this.#target(batch);
  }
}
