import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Component, ExtensionContext } from '../../src/component.ts';
import { PatientServer } from '../../src/http/patient_server.ts';
import type { zpagesConfig } from './config.ts';
import { isOwnRequest } from './host_guard.ts';
import type { Html } from './html.ts';
import { pageOf, sectionsOf } from './page.ts';
import { Rates } from './rates.ts';
import { passed } from './sections/pipelines.ts';
import { Viewers } from './viewers.ts';

type Config = z.infer<typeof zpagesConfig>;

/** A browser opens up to six, and keeps one. */
const MAX_CONNECTIONS = 32;
const SAMPLE_MS = 1_000;

/** Nothing but our own files runs or is shown, in nobody's frame, and nobody else's page may take them. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** The status page; see README.md. */
export class StatusPage implements Component {
  readonly #context: ExtensionContext;
  readonly #config: Config;
  readonly #rates = new Rates();
  readonly #viewers = new Viewers();
  readonly #assets = new Map<string, { readonly type: string; readonly text: string }>();
  /** Made once between two samples, however often the page is asked for. */
  #sections: ReadonlyMap<string, Html> | undefined;
  readonly #server: PatientServer;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ExtensionContext, config: Config) {
    this.#context = context;
    this.#config = config;
    this.#server = new PatientServer(context, {
      ...config.endpoint,
      what: 'the status page',
      maxConnections: MAX_CONNECTIONS,
      handle: (path, request, response) => this.#answer(path, request, response),
    });
  }

  /** Where it listens, while it does. */
  get url(): string | undefined {
    return this.#server.url;
  }

  async start(): Promise<void> {
    await this.#load('/style.css', 'text/css; charset=utf-8');
    await this.#load('/client.js', 'text/javascript; charset=utf-8');
    await this.#server.open();
    this.#timer = setInterval(() => this.#tick(), SAMPLE_MS);
    this.#timer.unref();
  }

  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#viewers.close();
    this.#server.close();
  }

  async #load(path: string, type: string): Promise<void> {
    this.#assets.set(path, { type, text: await readFile(new URL(`assets${path}`, import.meta.url), 'utf8') });
  }

  #answer(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (!isOwnRequest(request.headers, this.#config.allowed_hosts)) {
      end(response, 403, 'text/plain', 'not from here: see allowed_hosts of the zpages extension\n');
      return;
    }
    const asset = this.#assets.get(path);
    if (path === '/') end(response, 200, 'text/html; charset=utf-8', this.#page().html);
    else if (asset !== undefined) end(response, 200, asset.type, asset.text);
    else if (path === '/events' && request.method === 'GET') this.#open(response);
    else end(response, 404, 'text/plain', 'there is no such page\n');
  }

  #open(response: ServerResponse): void {
    if (!this.#viewers.hasRoom) {
      end(response, 503, 'text/plain', 'too many pages are open\n');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    this.#viewers.add(response);
    this.#viewers.send(this.#now());
  }

  #tick(): void {
    this.#rates.sample(this.#counters(), performance.now());
    this.#sections = undefined;
    if (this.#viewers.size > 0) this.#viewers.send(this.#now());
  }

  #page(): Html {
    return pageOf(this.#now(), this.#context.service.configText());
  }

  #now(): ReadonlyMap<string, Html> {
    this.#sections ??= sectionsOf({ service: this.#context.service, rates: this.#rates });
    return this.#sections;
  }

  *#counters(): Iterable<readonly [name: string, value: number]> {
    const { user, system } = process.cpuUsage();
    yield ['cpu', (user + system) / 1e6];
    for (const { account } of this.#context.service.components()) {
      yield [account.id, passed(account)];
      for (const [name, read] of account.sessions)
        yield [`${account.id}/${name}`, read()['buffersDelivered'] ?? 0];
    }
  }
}

function end(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(text);
}
