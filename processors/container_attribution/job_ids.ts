import type { Container } from '../../src/containerd/facts.ts';
import { CLOCKS_APART } from './claims.ts';
import type { JobNews } from './job_news.ts';

interface Owner {
  readonly container: Container;
  /** When Windows said so, in microseconds. */
  readonly at: number;
}

const MAX_ENDS = 64;

/**
 * Which container a job's id belongs to. Windows gives ids to other jobs again, and says whose one is before the trace
 * has come so far: only the first end of the job behind that is the container's.
 */
export class JobIds {
  readonly #owners = new Map<number, Owner>();
  /** When the last jobs ended. */
  readonly #ends: number[] = [];

  /** Windows says so at a time. */
  claim(job: number, container: Container, at: number): void {
    const known = this.#owners.get(job);
    if (known?.container !== container) this.#owners.set(job, { container, at });
  }

  /** Whose job has ended, as an event at a time tells; events come in their order. */
  heed(news: JobNews & { readonly job: number }, time: number): Container | undefined {
    if (news.kind === 'job_ended') {
      this.#ends.push(time);
      if (this.#ends.length > MAX_ENDS) this.#ends.shift();
    }
    const owner = this.#owners.get(news.job);
    if (owner === undefined || time < owner.at - CLOCKS_APART) return undefined;
    this.#owners.delete(news.job);
    // Near the time at which Windows said so, it may be of either job.
    return news.kind === 'job_ended' && time > owner.at + CLOCKS_APART ? owner.container : undefined;
  }

  /** Whether any job has ended between two times (microseconds), as far as it is remembered. */
  anyEnded(from: number, to: number): boolean {
    return this.#ends.some((time) => time >= from && time <= to);
  }

  /** Forgets a container's. */
  forget(container: Container): void {
    for (const [job, owner] of this.#owners) if (owner.container === container) this.#owners.delete(job);
  }
}
