import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import type { ComponentContext } from '../../src/component.ts';
import type { Authenticator } from '../../src/otlp/auth.ts';
import type { BearerTokenConfig } from './config.ts';

/** A token is replaced long before it ends, so one that is this old still holds. */
const KEEP_MS = 10_000;
/** Tokens of service accounts have about 1 KiB. */
const MAX_BYTES = 16 * 1024;
const TOKEN = /^[\x21-\x7e]+$/;

/** Gives the token of a file or of the configuration. It is in no message and no status. */
export class BearerTokenExtension implements Authenticator {
  readonly #context: Pick<ComponentContext, 'logger' | 'account'>;
  readonly #config: BearerTokenConfig;
  readonly #now: () => number;
  #headers: Readonly<Record<string, string>> = {};
  #read = Number.NEGATIVE_INFINITY;
  #trouble: string | undefined;

  /** `now` is in milliseconds from any beginning. */
  constructor(
    context: Pick<ComponentContext, 'logger' | 'account'>,
    config: BearerTokenConfig,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#context = context;
    this.#config = config;
    this.#now = now;
    context.account.status.watch(() => this.#trouble);
  }

  /** Rejects when there is no token. */
  async start(): Promise<void> {
    await this.#readToken();
  }

  async shutdown(): Promise<void> {}

  async authHeaders(): Promise<Readonly<Record<string, string>>> {
    if (this.#config.filename !== undefined && this.#now() - this.#read >= KEEP_MS) await this.#readAgain();
    return this.#headers;
  }

  /** A file that cannot be read for a while leaves the token that there was. */
  async #readAgain(): Promise<void> {
    const before = this.#trouble;
    try {
      await this.#readToken();
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      if (before === undefined)
        this.#context.logger.warn('the token before stays in use', { reason: this.#trouble });
    }
  }

  async #readToken(): Promise<void> {
    this.#read = this.#now();
    const { header, scheme, filename, token = await readText(filename ?? '') } = this.#config;
    if (!TOKEN.test(token)) throw new Error(`${filename ?? 'token'}: expected one line of printable ASCII`);
    this.#headers = { [header.toLowerCase()]: scheme === '' ? token : `${scheme} ${token}` };
  }
}

/** Rejects with a sentence when it cannot be read; reads no more than a token may have. */
async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_BYTES) });
    return buffer.toString('utf8', 0, bytesRead).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`filename: cannot read ${path}: ${reason}`, { cause: error });
  } finally {
    await file?.close();
  }
}
