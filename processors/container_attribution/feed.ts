import type { Change, Container } from '../../src/containerd/facts.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { microsOf } from '../../src/process/time.ts';
import type { Marks } from './mark.ts';
import type { Resolver } from './resolver.ts';

/** Tells the resolver what containerd says. */
export class Feed {
  readonly #source: ContainerSource;
  readonly #resolver: Resolver;
  readonly #marks: Marks;
  readonly #changed: () => void;
  readonly #unsubscribe: () => void;

  /** `changed` is called within each change, and must not wait. */
  constructor(source: ContainerSource, resolver: Resolver, marks: Marks, changed: () => void) {
    this.#source = source;
    this.#resolver = resolver;
    this.#marks = marks;
    this.#changed = changed;
    this.#unsubscribe = source.subscribe((change) => this.#take(change));
    const now = microsOf(source.time());
    for (const container of source.containers.all()) this.#takeRunning(container, now);
  }

  stop(): void {
    this.#unsubscribe();
  }

  #takeRunning(container: Container, now: number): void {
    for (const process of [container.init, ...container.execs.values()])
      if (process !== undefined && process.exitedAt === undefined)
        this.#resolver.claims.add(container, process, now, false);
    this.#takeJob(container);
  }

  #takeJob(container: Container): void {
    const { job, jobAt } = container;
    if (job !== undefined)
      this.#resolver.learnJob(container, job, jobAt === undefined ? undefined : microsOf(jobAt));
  }

  #take(change: Change): void {
    const { claims } = this.#resolver;
    switch (change.kind) {
      case 'task':
      case 'start':
      case 'exec': {
        const { container, process, at, origin } = change;
        // The time of what was found by listing is not when it started, but it runs now.
        const isTold = origin === 'event' && at !== undefined;
        const livedAt = isTold ? at : this.#source.time();
        if (process !== undefined) claims.add(container, process, microsOf(livedAt), isTold);
        break;
      }
      case 'exit': {
        const { container, process } = change;
        if (process?.exitedAt !== undefined) claims.end(container, process.pid, microsOf(process.exitedAt));
        break;
      }
      case 'forget':
        this.#resolver.forget(change.container);
        break;
      case 'create':
      case 'update':
      case 'synced':
        this.#marks.touch();
        break;
      case 'job':
        this.#takeJob(change.container);
        break;
      case 'delete':
        break;
      case 'oom':
      case 'lost':
        return;
    }
    this.#resolver.touch();
    this.#changed();
  }
}
