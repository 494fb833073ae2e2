import { hostname } from 'node:os';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import { computerResource, EventLogMapper } from '../../src/event_log/mapper.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { Reading } from '../../src/receiving/reading.ts';
import { RecordEmitter } from '../../src/receiving/record_emitter.ts';
import { Window } from '../../src/receiving/window.ts';
import { storageOf } from '../../src/storage/storage.ts';
import type { EventLogCalls } from '../../src/windows/event_log/event_log_calls.ts';
import type { Called } from '../../src/windows/sessions/control.ts';
import { Bookmarks } from './bookmarks.ts';
import { ChannelReader } from './channel_reader.ts';
import { type ChannelConfig, channelsOf, type WindowsEventLogConfig } from './config.ts';

/** Reads event logs as they are written; see README.md. */
export class WindowsEventLogReceiver implements Component {
  readonly #context: ComponentContext;
  readonly #config: WindowsEventLogConfig;
  readonly #next: LogsConsumer | undefined;
  readonly #open: () => Promise<Called<EventLogCalls>>;
  readonly #reading = new Reading();
  readonly #window: Window;
  readonly #mapper: EventLogMapper;
  #bookmarks: Bookmarks | undefined;

  /** `open` gives what Windows lets read; called once, at the start. */
  constructor(
    context: ComponentContext,
    config: WindowsEventLogConfig,
    next: LogsConsumer | undefined,
    open: () => Promise<Called<EventLogCalls>>,
  ) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
    this.#open = open;
    this.#window = new Window(config.max_in_flight);
    this.#mapper = new EventLogMapper({
      scope: scopeFor('windows_event_log'),
      observedTime: now,
      resourceOf: (computer) => (isThis(computer) ? context.resource : computerResource(computer)),
    });
  }

  async start(host: Host): Promise<void> {
    const { id, logger } = this.#context;
    const { storage } = this.#config;
    const opened = await this.#open();
    if (opened.kind === 'failed') throw new Error(opened.error.message);
    if (storage !== undefined) {
      const client = await storageOf(host, storage, { kind: 'receiver', id });
      this.#bookmarks = new Bookmarks(client, logger);
    }
    this.#reading.begin(host, () => this.#run(opened.value));
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    await this.#reading.end(deadline);
    await this.#bookmarks?.kept();
  }

  async #run(calls: EventLogCalls): Promise<undefined> {
    const readers = await Promise.all(channelsOf(this.#config).map((one) => this.#reader(one, calls)));
    await Promise.all(readers.map((reader) => reader.run()));
    await this.#window.empty();
  }

  async #reader(channel: ChannelConfig, calls: EventLogCalls): Promise<ChannelReader> {
    const config = this.#config;
    const context = this.#context;
    const key = `${channel.name.toLowerCase()}\n${channel.query}`;
    const emitter = new RecordEmitter({
      context,
      next: this.#next,
      batchSize: config.batch_size,
      recordUid: config.record_uid,
      maxInFlight: this.#window,
      giveUp: this.#reading.giveUp,
    });
    return new ChannelReader({
      context,
      config,
      channel,
      calls,
      emitter,
      mapper: this.#mapper,
      from: await this.#bookmarks?.of(key),
      onSettled: (mark) => {
        // What a shutdown has given up is settled for the pipeline, but not for who can read it again.
        if (!this.#reading.giveUp.aborted) this.#bookmarks?.keep(key, mark);
      },
      stop: this.#reading.stop,
    });
  }
}

function now(): [number, number] {
  const milliseconds = Date.now();
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}

// Logs have the name of a computer with its domain where it has one.
function isThis(computer: string): boolean {
  const [name = ''] = computer.toLowerCase().split('.');
  return name === hostname().toLowerCase().split('.')[0];
}
