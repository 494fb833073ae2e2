import type { z } from 'zod';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import type { Change } from '../../src/containerd/facts.ts';
import { containerResource } from '../../src/containerd/resource.ts';
import { type ContainerSource, containerSourceOf } from '../../src/containerd/source.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { offer } from '../../src/pipeline/offer.ts';
import { type containerdReceiverConfig, KINDS } from './config.ts';
import { changeRecord, lostRecord, type ToldChange } from './record.ts';

type Config = z.infer<typeof containerdReceiverConfig>;

/** Records handed on at a time. */
const BATCH = 512;

/** Makes records of what the extension tells; see README.md. */
export class ContainerdReceiver implements Component {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #next: LogsConsumer | undefined;
  readonly #giveUp = new AbortController();
  #source: ContainerSource | undefined;
  #unsubscribe: (() => void) | undefined;
  #queue: LogRecord[] = [];
  #sending: Promise<void> | undefined;

  constructor(context: ComponentContext, config: Config, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
  }

  async start(host: Host): Promise<void> {
    const source = containerSourceOf(host, this.#config.extension);
    this.#source = source;
    if (this.#config.include_existing) this.#takeExisting(source);
    this.#unsubscribe = source.subscribe((change) => this.#take(change));
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#unsubscribe?.();
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#sending;
    deadline.removeEventListener('abort', giveUp);
  }

  /** The extension was there first, and has mostly read its lists by now. */
  #takeExisting(source: ContainerSource): void {
    for (const container of source.containers.all()) {
      const { init, details } = container;
      const common = { container, origin: 'initial' } as const;
      this.#take({ ...common, kind: 'create', process: undefined, at: details.createdAt });
      if (init?.startedAt !== undefined)
        this.#take({ ...common, kind: 'start', process: init, at: init.startedAt });
    }
  }

  #take(change: Change): void {
    const { account, resource } = this.#context;
    if (change.kind === 'lost') {
      account.made++;
      this.#push(lostRecord(change.reason, resource));
      return;
    }
    if (!isTold(change)) return;
    account.read++;
    if (change.origin === 'initial' && !this.#config.include_existing)
      account.consumeAsState('existing_container', 1);
    else if (!this.#config.events.includes(change.kind)) account.filtered++;
    else this.#push(changeRecord(change, this.#resourceOf(change)));
  }

  #resourceOf({ container }: ToldChange): LogRecord['resource'] {
    const { resource } = this.#context;
    return this.#source === undefined ? resource : containerResource(container, this.#source, resource);
  }

  #push(record: LogRecord): void {
    const { account } = this.#context;
    if (this.#queue.length >= this.#config.max_queued) {
      account.lose('queue_full', 1);
      return;
    }
    account.queued++;
    this.#queue.push(record);
    this.#sending ??= this.#send();
  }

  // One batch at a time: the order of what happened to a container is kept, and what comes meanwhile waits.
  async #send(): Promise<void> {
    const { account, logger } = this.#context;
    // What the same message brings goes together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH);
      account.queued -= batch.length;
      account.emitted += batch.length;
      if (this.#next !== undefined)
        await offer(this.#next, batch, account, { signal: this.#giveUp.signal, logger });
    }
    this.#sending = undefined;
  }
}

function isTold(change: Change): change is ToldChange {
  return (KINDS as readonly string[]).includes(change.kind);
}
