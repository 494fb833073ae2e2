import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { VERSION } from '../version.ts';
import type { Access } from './access.ts';

/** A page of pods usually takes 1 MB; one that takes more is asked for in smaller ones. */
const MAX_ANSWER = 8 * 1024 * 1024;
/** A Status that says why something was refused. */
const MAX_STATUS = 64 * 1024;
const MAX_REASON = 400;
const OK = 200;

/** Why there is no answer; `reason` is a text for people, and holds no secret. */
export type Failure =
  /** The server answered with another status than 200. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** It could not be asked, did not answer in time, or not in full. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The answer is longer than it may be. */
  | { readonly kind: 'too_large'; readonly reason: string };

/** A JSON document, or why there is none. */
export type Answer = { readonly kind: 'ok'; readonly value: unknown } | Failure;
/** An answer whose body is still to be read, or why there is none. */
export type Opened = { readonly kind: 'open'; readonly response: IncomingMessage } | Failure;
/** Parameters of a request; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks an API server, over connections that are kept. Nothing here rejects. */
export class ApiClient {
  readonly #access: Access;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  /** `timeoutMs` is how long an answer may take, or the beginning of one that is streamed. */
  constructor(access: Access, timeoutMs: number) {
    this.#access = access;
    this.#timeoutMs = timeoutMs;
  }

  /** `https://host:port`, for messages. */
  get shown(): string {
    return this.#access.server.origin;
  }

  /** Gets a document. */
  async get(path: string, query: Query, signal: AbortSignal): Promise<Answer> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    const opened = await this.open(path, query, late);
    const answer = opened.kind === 'open' ? await readJson(opened.response, MAX_ANSWER) : opened;
    const isLate = answer.kind === 'failed' && late.aborted && !signal.aborted;
    return isLate ? failed(this.#late) : answer;
  }

  /** Gets what is read as it comes. Whoever reads it has to destroy it, or read it to its end. */
  async open(path: string, query: Query, signal: AbortSignal): Promise<Opened> {
    const credentials = this.#access.credentials();
    if (credentials.kind === 'missing') return failed(credentials.reason);
    const url = new URL(path, this.#access.server);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const { token, ca } = credentials;
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': `sigel/${VERSION}`,
    };
    const trusted = ca === undefined ? {} : { ca };
    const asked = await this.#ask(url, { agent: this.#agent, signal, headers, ...trusted });
    if (asked.kind !== 'open' || asked.response.statusCode === OK) return asked;
    return refusal(asked.response);
  }

  /** Ends all connections. */
  close(): void {
    this.#agent.destroy();
  }

  get #late(): string {
    return `no answer in ${this.#timeoutMs} ms`;
  }

  #ask(url: URL, options: NonNullable<Parameters<typeof httpsRequest>[1]>): Promise<Opened> {
    return new Promise((resolve) => {
      const fail = (error: unknown): void => resolve(failed(reasonOf(error)));
      try {
        const request = httpsRequest(url, options);
        const late = setTimeout(() => request.destroy(new Error(this.#late)), this.#timeoutMs);
        request.once('response', (response) => {
          // What is not streamed has to end in time too.
          if (response.statusCode === OK) clearTimeout(late);
          resolve({ kind: 'open', response });
        });
        request.on('error', fail);
        request.once('close', () => clearTimeout(late));
        request.end();
      } catch (error) {
        // A certificate authority that is none.
        fail(error);
      }
    });
  }
}

async function readJson(response: IncomingMessage, most: number): Promise<Answer> {
  try {
    const text = await readText(response, most);
    if (text === undefined) return { kind: 'too_large', reason: `an answer is longer than ${most} bytes` };
    return { kind: 'ok', value: JSON.parse(text) as unknown };
  } catch (error) {
    return failed(error instanceof SyntaxError ? 'an answer is not JSON' : reasonOf(error));
  }
}

/** Undefined when it is longer. Rejects when the connection breaks. */
async function readText(response: IncomingMessage, most: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    // Leaving the loop destroys the response.
    if (size > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What a Status object says, as far as there is one. */
async function refusal(response: IncomingMessage): Promise<Failure> {
  const status = response.statusCode ?? 0;
  const answer = await readJson(response, MAX_STATUS);
  const said = answer.kind === 'ok' ? messageOf(answer.value) : undefined;
  return { kind: 'refused', status, reason: said ?? response.statusMessage ?? '' };
}

/** The message of a Status object, cut. */
export function messageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  return typeof value.message === 'string' ? value.message.slice(0, MAX_REASON) : undefined;
}

function failed(reason: string): Failure {
  return { kind: 'failed', reason: reason.slice(0, MAX_REASON) };
}

/** What an error says; a failed connection to several addresses has its text in its parts. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
