import { rename, writeFile } from 'node:fs/promises';
import { readText } from '../../../src/config/read_file.ts';
import { download } from '../../../src/download/download.ts';
import type { KeptList } from './config.ts';
import { parseList } from './parse.ts';

/** What came of reading a list. */
export type ListRead =
  | {
      readonly kind: 'new';
      readonly values: readonly string[];
      /** Why the file that keeps them could not be written. */
      readonly notKept?: string;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

const MAX_BYTES = 16 << 20;

/** Reads one list from its file or location, again and again. */
export class KeptListReader {
  readonly #config: KeptList;
  #etag: string | undefined;
  #text: string | undefined;

  constructor(config: KeptList) {
    this.#config = config;
  }

  /** Milliseconds between two readings. */
  get refresh(): number {
    return this.#config.refresh;
  }

  /** The values as they are now. Never rejects. */
  async read(signal: AbortSignal): Promise<ListRead> {
    const { url, file = '' } = this.#config;
    return url === undefined ? this.#readFile(file) : this.#download(url, signal);
  }

  /** The values of the last good download, if they are kept and can be read. */
  async kept(): Promise<readonly string[] | undefined> {
    const { file } = this.#config;
    const read = file === undefined ? undefined : await this.#readFile(file);
    return read?.kind === 'new' ? read.values : undefined;
  }

  async #readFile(path: string): Promise<ListRead> {
    const file = await readText(path, MAX_BYTES);
    if (file.kind === 'unreadable') return { kind: 'failed', reason: `${path}: ${file.reason}` };
    return this.#parse(file.text);
  }

  async #download(url: string, signal: AbortSignal): Promise<ListRead> {
    const got = await download(url, { maxBytes: MAX_BYTES, etag: this.#etag, signal });
    if (got.kind === 'failed') return { kind: 'failed', reason: `${url}: ${got.reason}` };
    if (got.kind === 'unchanged') return got;
    const text = got.bytes.toString('utf8');
    const read = this.#parse(text);
    if (read.kind === 'failed') return { kind: 'failed', reason: `${url}: ${read.reason}` };
    this.#etag = got.etag;
    if (read.kind === 'unchanged') return read;
    const notKept = await this.#keep(text);
    return notKept === undefined ? read : { ...read, notKept };
  }

  #parse(text: string): ListRead {
    if (text === this.#text) return { kind: 'unchanged' };
    const parsed = parseList(text, this.#config);
    if (parsed.kind === 'wrong') return { kind: 'failed', reason: parsed.reason };
    this.#text = text;
    return { kind: 'new', values: parsed.values };
  }

  /** Undefined when it is done, or not asked for. */
  async #keep(text: string): Promise<string | undefined> {
    const { file } = this.#config;
    if (file === undefined) return undefined;
    try {
      // Whole or not at all: who reads it meanwhile finds the old one.
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
