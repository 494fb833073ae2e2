import type { ContainerdEvent } from './event.ts';
import type { ContainerDetails, Fact } from './facts.ts';
import { incompleteDetails } from './read_container.ts';
import type { ContainerStore } from './store.ts';

/** An event that is about a container. */
type About = Extract<ContainerdEvent, { kind: 'fact' | 'created' | 'updated' }>;

/** What is needed to put events in order. */
export interface OrderedEventsOptions {
  readonly store: ContainerStore;
  /** Asks containerd for a container; undefined when it does not have it any more. Never rejects. */
  readonly details: (namespace: string, id: string) => Promise<ContainerDetails | undefined>;
}

interface Waiting {
  readonly namespace: string;
  readonly id: string;
  readonly events: About[];
  isAsked: boolean;
}

/** Containers asked for at a time. */
const MAX_ASKED = 16;
/** Events that wait for answers; beyond, they are applied with what they say themselves. */
const MAX_WAITING = 10_000;

/**
 * Applies events in the order they came, each container's for itself. Events say little of a container, so the first
 * one of a container waits until containerd was asked for it, and those behind it wait too: nobody sees a container
 * start whose labels are not there. Taking an event never waits, so the stream is always drained.
 */
export class OrderedEvents {
  readonly #options: OrderedEventsOptions;
  readonly #waiting = new Map<string, Waiting>();
  #asked = 0;
  #events = 0;

  constructor(options: OrderedEventsOptions) {
    this.#options = options;
  }

  /** Whether events of a container wait. */
  isPending(namespace: string, id: string): boolean {
    return this.#waiting.has(`${namespace}/${id}`);
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#events;
  }

  take(event: About): void {
    const { namespace, id } = event.kind === 'fact' ? event.fact : event;
    const key = `${namespace}/${id}`;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && this.#events < MAX_WAITING) {
      waiting.events.push(event);
      this.#events++;
    } else if (
      waiting === undefined &&
      this.#needsDetails(event, namespace, id) &&
      this.#events < MAX_WAITING
    ) {
      this.#waiting.set(key, { namespace, id, events: [event], isAsked: false });
      this.#events++;
      this.#ask();
    } else this.#apply(event, undefined);
  }

  #needsDetails(event: About, namespace: string, id: string): boolean {
    if (event.kind !== 'fact') return true;
    // What is over, and was never seen, is not worth a question.
    const { kind } = event.fact;
    if (kind === 'exit' || kind === 'oom' || kind === 'delete') return false;
    return this.#options.store.get(namespace, id) === undefined;
  }

  #ask(): void {
    for (const [key, waiting] of this.#waiting) {
      if (this.#asked >= MAX_ASKED) return;
      if (waiting.isAsked) continue;
      waiting.isAsked = true;
      this.#asked++;
      void this.#answer(key, waiting);
    }
  }

  async #answer(key: string, { namespace, id, events }: Waiting): Promise<void> {
    const details = await this.#options.details(namespace, id);
    this.#asked--;
    this.#waiting.delete(key);
    this.#events -= events.length;
    for (const event of events) this.#apply(event, details);
    this.#ask();
  }

  #apply(event: About, details: ContainerDetails | undefined): void {
    const { store } = this.#options;
    if (event.kind !== 'fact') {
      const { namespace, id, at, image, runtime } = event;
      // An update of a container that is gone says nothing.
      if (event.kind === 'updated' && details === undefined) return;
      const known = details ?? incompleteDetails(image, runtime);
      store.apply({ kind: 'container', namespace, id, at, details: known }, 'event');
      return;
    }
    this.#applyFact(event.fact, details);
  }

  #applyFact(fact: Fact, details: ContainerDetails | undefined): void {
    const { store } = this.#options;
    const { namespace, id } = fact;
    if (store.get(namespace, id) === undefined && fact.kind !== 'exit' && fact.kind !== 'delete') {
      const known = details ?? incompleteDetails('', '');
      // Its creation was not told: it is as old as containerd says.
      store.apply({ kind: 'container', namespace, id, at: undefined, details: known }, 'list');
    }
    store.apply(fact, 'event');
  }
}
