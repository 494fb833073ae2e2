import type { z } from 'zod';
import type { Component, Host, LogsConsumer, ReceiverContext } from '../../src/component.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { offer } from '../../src/pipeline/offer.ts';
import { storageOf } from '../../src/storage/storage.ts';
import { blindRecord } from './blind_record.ts';
import type { agentConfig } from './config.ts';
import { heartbeat } from './heartbeat.ts';
import { LastSeen } from './last_seen.ts';

/** Hands on a heartbeat at once and at every interval, and first for how long no agent looked; see README.md. */
export class AgentReceiver implements Component {
  readonly #context: ReceiverContext;
  readonly #config: z.infer<typeof agentConfig>;
  readonly #next: LogsConsumer | undefined;
  readonly #giveUp = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #lastSeen: LastSeen | undefined;
  /** The heartbeat that is on its way. */
  #sending: Promise<unknown> | undefined;

  constructor(context: ReceiverContext, config: z.infer<typeof agentConfig>, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
  }

  async start(host: Host): Promise<void> {
    const { storage, heartbeat_interval } = this.#config;
    const { id, logger } = this.#context;
    if (storage !== undefined)
      this.#lastSeen = new LastSeen(await storageOf(host, storage, { kind: 'receiver', id }), logger);
    const seen = await this.#lastSeen?.read();
    this.#timer = setInterval(() => this.#beat(), heartbeat_interval);
    this.#timer.unref();
    const { service, resource } = this.#context;
    const blind = seen && blindRecord(seen, service.startedAt, resource, Date.now());
    this.#beat(blind === undefined ? [] : [blind]);
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#timer);
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#sending;
    deadline.removeEventListener('abort', giveUp);
    await this.#lastSeen?.keep({ at: Date.now(), ended: true });
  }

  // One that nobody has taken yet would only be followed by others that say the same later.
  #beat(before: readonly LogRecord[] = []): void {
    void this.#lastSeen?.keep({ at: Date.now(), ended: false });
    if (this.#next === undefined || this.#sending !== undefined) return;
    const { account, service, resource } = this.#context;
    const records = [...before, heartbeat(service, resource, Date.now())];
    account.made += records.length;
    account.emitted += records.length;
    this.#sending = offer(this.#next, records, account, { signal: this.#giveUp.signal }).finally(() => {
      this.#sending = undefined;
    });
  }
}
