import type { z } from 'zod';
import type { Component, LogsConsumer, ReceiverContext } from '../../src/component.ts';
import { offer } from '../../src/pipeline/offer.ts';
import type { agentConfig } from './config.ts';
import { heartbeat } from './heartbeat.ts';

/** Hands on a heartbeat at once and at every interval; see README.md. */
export class AgentReceiver implements Component {
  readonly #context: ReceiverContext;
  readonly #config: z.infer<typeof agentConfig>;
  readonly #next: LogsConsumer | undefined;
  readonly #giveUp = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** The heartbeat that is on its way. */
  #sending: Promise<unknown> | undefined;

  constructor(context: ReceiverContext, config: z.infer<typeof agentConfig>, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#beat(), this.#config.heartbeat_interval);
    this.#timer.unref();
    this.#beat();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#timer);
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#sending;
    deadline.removeEventListener('abort', giveUp);
  }

  // One that nobody has taken yet would only be followed by others that say the same later.
  #beat(): void {
    if (this.#next === undefined || this.#sending !== undefined) return;
    const { account, service, resource } = this.#context;
    const record = heartbeat(service, resource, Date.now());
    account.made++;
    account.emitted++;
    this.#sending = offer(this.#next, [record], account, { signal: this.#giveUp.signal }).finally(() => {
      this.#sending = undefined;
    });
  }
}
