import type { Host } from '../component.ts';

/** How a receiver reads something that ends: begun at its start, broken off or waited for at its shutdown. */
export class Reading {
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  #running: Promise<void> | undefined;

  /** Aborted when no more is to be read. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when what was read is not to be offered any longer: the shutdown's deadline. */
  get giveUp(): AbortSignal {
    return this.#giveUp.signal;
  }

  /**
   * Reads, and tells the host of the end. `run` resolves to what could not be read, in a sentence; what it throws is a
   * defect.
   */
  begin(host: Host, run: () => Promise<string | undefined>): void {
    this.#running = this.#runFor(host, run);
  }

  /** Ends it: what was read is settled before this resolves, or given up at the deadline. */
  async end(deadline: AbortSignal): Promise<void> {
    this.#stop.abort();
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    // Also when reading has ended: what was handed on may still be given up.
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#running;
  }

  async #runFor(host: Host, run: () => Promise<string | undefined>): Promise<void> {
    try {
      const failure = await run();
      if (!this.#stop.signal.aborted) host.finished(failure);
    } catch (error) {
      host.fatal(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
