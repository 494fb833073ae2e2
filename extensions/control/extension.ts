import type { Socket } from 'node:net';
import type { z } from 'zod';
import type { Component, ExtensionContext } from '../../src/component.ts';
import { defaultEndpoint, MAX_LINE } from '../../src/control/endpoint.ts';
import { type Answer, type Request, requestSchema } from '../../src/control/messages.ts';
import { total } from '../../src/telemetry/ledger.ts';
import type { controlConfig } from './config.ts';
import { listenPrivately, type PrivateServer } from './private_server.ts';

/** How often whoever waits for the end hears of it, in milliseconds. */
const PROGRESS = 1000;
/** How long a connection may take to ask. */
const PATIENCE = 5000;

/** Answers administrators; see README.md. It ends behind all pipelines, and so can tell that they are down. */
export class Control implements Component {
  readonly #context: ExtensionContext;
  readonly #endpoint: string;
  /** Who waits for the end. */
  readonly #waiting = new Set<Socket>();
  #server: PrivateServer | undefined;
  #dropsBefore = 0;
  #progress: NodeJS.Timeout | undefined;

  constructor(context: ExtensionContext, config: z.infer<typeof controlConfig>) {
    this.#context = context;
    this.#endpoint = config.endpoint ?? defaultEndpoint();
  }

  /** An endpoint that cannot be had, or not be kept from others, is said, and nobody is answered. */
  async start(): Promise<void> {
    const { logger, account } = this.#context;
    const opened = await listenPrivately(this.#endpoint, (socket) => this.#serve(socket));
    if (opened.kind === 'open') {
      this.#server = opened.server;
      logger.info('the agent can be asked', { endpoint: this.#endpoint });
      return;
    }
    account.status.watch(() => opened.reason);
    logger.warn('the agent cannot be asked to drain or reload', {
      endpoint: this.#endpoint,
      reason: opened.reason,
    });
  }

  async shutdown(): Promise<void> {
    clearInterval(this.#progress);
    const { dropped, left } = this.#counts();
    const last: Answer = { answer: 'drained', dropped: dropped - this.#dropsBefore, left };
    await Promise.all([...this.#waiting].map((socket) => tell(socket, last)));
    this.#server?.close();
  }

  #serve(socket: Socket): void {
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (more: string) => {
      text += more;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= MAX_LINE) return;
      socket.removeAllListeners('data').resume().setTimeout(0);
      void this.#answer(socket, end < 0 ? '' : text.slice(0, end));
    });
  }

  async #answer(socket: Socket, line: string): Promise<void> {
    const request = read(line);
    if (request === undefined)
      await tell(socket, { answer: 'refused', reason: 'this is not understood here' });
    else if (request.ask === 'drain') this.#drain(socket, request.within);
    else {
      this.#context.logger.info('asked to read the configuration again');
      const { outcome, lines } = await this.#context.control.reload();
      await tell(socket, { answer: 'reloaded', outcome, lines: [...lines] });
    }
  }

  #drain(socket: Socket, within: number | undefined): void {
    if (this.#progress === undefined) this.#dropsBefore = this.#counts().dropped;
    this.#waiting.add(socket);
    socket.on('close', () => this.#waiting.delete(socket));
    this.#progress ??= setInterval(() => this.#tellProgress(), PROGRESS).unref();
    this.#context.control.drain(within);
  }

  #tellProgress(): void {
    const line = lineOf({ answer: 'draining', records: this.#counts().queued });
    for (const socket of this.#waiting) socket.write(line);
  }

  #counts(): { readonly dropped: number; readonly queued: number; readonly left: number } {
    const accounts = this.#context.service.components().map(({ account }) => account);
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
    return {
      dropped: sum(accounts.map(({ dropped }) => total(dropped))),
      queued: sum(accounts.map(({ queued }) => queued)),
      left: sum(accounts.filter(({ kind }) => kind === 'exporter').map(({ queued }) => queued)),
    };
  }
}

function read(line: string): Request | undefined {
  try {
    return requestSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function lineOf(answer: Answer): string {
  return `${JSON.stringify(answer)}\n`;
}

/** Ends a connection with its last answer. */
function tell(socket: Socket, answer: Answer): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    if (socket.destroyed) resolve();
    else socket.end(lineOf(answer), () => socket.destroy());
  });
}
