import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { readText } from '../../../src/config/read_file.ts';
import {
  fileInPack,
  MAX_ARCHIVE,
  openPack,
  type Pack,
  type SignedArchive,
} from '../../../src/sigma/pack/pack.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import type { PackConfig } from './config.ts';
import { fetchPack } from './fetch_pack.ts';

/** Milliseconds after which a pack is asked for again that could not be had. */
const RETRY = 60_000;

/** Runs the rules with the packs as they are now; false when they are refused. */
export type PacksChanged = () => Promise<boolean>;

/** The packs that run, asked for again and again; of each, the last that was good is kept in a file. */
export class PackStore {
  readonly #configs: readonly PackConfig[];
  readonly #logger: Logger;
  readonly #changed: PacksChanged;
  readonly #packs = new Map<string, Pack>();
  readonly #failing = new Set<string>();
  readonly #closed = new AbortController();
  #follow: readonly (() => Promise<void>)[] = [];

  constructor(configs: readonly PackConfig[], logger: Logger, changed: PacksChanged) {
    this.#configs = configs;
    this.#logger = logger;
    this.#changed = changed;
  }

  /** By location. */
  get packs(): ReadonlyMap<string, Pack> {
    return this.#packs;
  }

  /** The digest of the pack that a file of rules came with; undefined for a file of no pack. */
  digestOf(file: string): string | undefined {
    for (const [location, { digest }] of this.#packs)
      if (file.startsWith(fileInPack(location, ''))) return digest;
    return undefined;
  }

  /** Packs whose last refresh failed or was refused. */
  get failing(): number {
    return this.#failing.size;
  }

  /**
   * Takes the packs that are kept, and asks for those of which none is. Rejects when a key cannot be read. A pack
   * that cannot be had is told, and asked for again.
   */
  async open(): Promise<void> {
    await Promise.all(
      this.#configs.map(async (config) => {
        const key = await readKey(config.public_key);
        const kept = await this.#kept(config, key);
        if (kept !== undefined) this.#packs.set(config.url, kept);
        else await this.#refresh(config, key, async () => true);
        this.#follow = [...this.#follow, () => this.#ask(config, key, kept === undefined)];
      }),
    );
  }

  /** Begins to ask for newer ones; those that were taken from their files, at once. */
  follow(): void {
    for (const begin of this.#follow) void begin();
  }

  /** Ends asking. */
  close(): void {
    this.#closed.abort();
  }

  async #ask(config: PackConfig, key: KeyObject, isFresh: boolean): Promise<void> {
    const { signal } = this.#closed;
    let wait = isFresh ? this.#waitFor(config) : 0;
    while (!signal.aborted) {
      await setTimeout(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.#refresh(config, key, this.#changed);
      wait = this.#waitFor(config);
    }
  }

  // Not all nodes at once.
  #waitFor({ url, refresh }: PackConfig): number {
    const wait = this.#failing.has(url) ? Math.min(RETRY, refresh) : refresh;
    return wait * (0.9 + 0.1 * Math.random());
  }

  async #refresh(config: PackConfig, key: KeyObject, run: PacksChanged): Promise<void> {
    const before = this.#packs.get(config.url);
    const fetched = await fetchPack(config, before?.digest, this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    if (fetched.kind === 'failed') return this.#fail(config, fetched.reason);
    if (fetched.kind === 'new') {
      const reason = await this.#replace(config, key, fetched, run);
      if (reason !== undefined) return this.#fail(config, reason);
    }
    this.#failing.delete(config.url);
  }

  /** Why not, if not. */
  async #replace(
    { url, keep }: PackConfig,
    key: KeyObject,
    fetched: SignedArchive,
    run: PacksChanged,
  ): Promise<string | undefined> {
    const opened = await openPack(fetched, key);
    if (opened.kind === 'refused') return opened.reason;
    const before = this.#packs.get(url);
    // Whoever serves packs cannot bring back an old one, though it was signed once.
    if (before !== undefined && opened.pack.created < before.created)
      return 'it is older than the one that runs';
    this.#packs.set(url, opened.pack);
    if (!(await run())) {
      if (before === undefined) this.#packs.delete(url);
      else this.#packs.set(url, before);
      return 'its rules are refused';
    }
    const { digest, files } = opened.pack;
    this.#logger.info('a pack of rules is new', { pack: url, sha256: digest, files: files.size });
    await this.#keep(keep, fetched).catch((error) =>
      this.#logger.warn(`the pack ${url} cannot be kept: ${String(error)}`),
    );
    return undefined;
  }

  #fail({ url }: PackConfig, reason: string): void {
    this.#failing.add(url);
    const runs = this.#packs.get(url)?.digest;
    this.#logger.warn(`the pack ${url} is not taken: ${reason}`, { 'sha256 that runs': runs ?? 'none' });
  }

  async #kept({ url, keep, sha256 }: PackConfig, key: KeyObject): Promise<Pack | undefined> {
    const info = await stat(keep).catch(() => undefined);
    if (info === undefined || info.size > MAX_KEPT) return undefined;
    // The signature's line stands first, the archive behind it: one file cannot be half of two packs.
    const bytes = await readFile(keep).catch(() => undefined);
    const end = bytes?.indexOf('\n') ?? -1;
    if (bytes === undefined || end < 0) return undefined;
    const signed = { signature: bytes.toString('utf8', 0, end), archive: bytes.subarray(end + 1) };
    const opened = await openPack(signed, key);
    if (opened.kind === 'pack' && (sha256 ?? opened.pack.digest) === opened.pack.digest) return opened.pack;
    const reason =
      opened.kind === 'refused' ? opened.reason : 'its SHA-256 is not the one that is configured';
    this.#logger.warn(`the pack kept of ${url} is not taken: ${reason}`);
    return undefined;
  }

  async #keep(path: string, { archive, signature }: SignedArchive): Promise<void> {
    // Whole or not at all.
    await writeFile(`${path}.new`, [`${signature}\n`, archive], { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}

const MAX_KEPT = MAX_ARCHIVE + 4096;

async function readKey(path: string): Promise<KeyObject> {
  const file = await readText(path);
  if (file.kind === 'unreadable') throw new Error(`the key ${path} cannot be read: ${file.reason}`);
  try {
    const key = createPublicKey(file.text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new Error(`${path} holds no Ed25519 key in PEM`);
}
