import { Buffer } from 'node:buffer';
import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from '../etw/trace_file.ts';

/** An opened trace file; close() frees its memory, descriptor and temporary file. */
export interface OpenTrace {
  readonly path: string;
  readonly source: ByteSource;
  /** What was wrong with the file around the trace: a .gz that is cut off or damaged. */
  readonly problem: string | undefined;
  /** Bytes of memory that it holds. */
  readonly memory: number;
  close(): void;
}

/** Limits of opening a .etl.gz, in bytes. */
export interface OpenLimits {
  /** Up to this much is unpacked to memory, more to a temporary file. */
  readonly memory: number;
  /** A temporary file never grows beyond this. */
  readonly disk: number;
}

const GZIP_MAGIC = 0x1f8b;

/** 64 MiB in memory, 16 GiB in a temporary file. */
export const DEFAULT_LIMITS: OpenLimits = { memory: 64 * 1024 * 1024, disk: 16 * 1024 ** 3 };

/**
 * Opens an .etl or .etl.gz file (told apart by the gzip magic, not the name).
 * @throws the system's error when the file cannot be opened or read, or an Error when it unpacks to more
 *   than the limit.
 */
export async function openTrace(path: string, limits: OpenLimits = DEFAULT_LIMITS): Promise<OpenTrace> {
  const fd = openSync(path, 'r');
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new Error(`${path} is not a regular file`);
  }
  const magic = Buffer.alloc(2);
  if (readSync(fd, magic, 0, 2, 0) === 2 && magic.readUInt16BE() === GZIP_MAGIC) {
    closeSync(fd);
    return unpack(path, limits);
  }
  return {
    path,
    source: fileSource(fd, stat.size),
    problem: undefined,
    memory: 0,
    close: () => closeSync(fd),
  };
}

/** The first bytes of an .etl or .etl.gz file, unpacked; fewer where it is shorter. @throws as openTrace does. */
export async function readPrefix(path: string, size: number): Promise<Buffer> {
  const fd = openSync(path, 'r');
  const bytes = Buffer.alloc(size);
  let got = 0;
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${path} is not a regular file`);
    got = fileSource(fd, size).read(0, bytes);
  } finally {
    closeSync(fd);
  }
  if (got < 2 || bytes.readUInt16BE() !== GZIP_MAGIC) return bytes.subarray(0, got);
  return gunzipPrefix(path, size);
}

async function gunzipPrefix(path: string, size: number): Promise<Buffer> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  const chunks: Buffer[] = [];
  let got = 0;
  try {
    for await (const chunk of gunzip) {
      chunks.push(chunk as Buffer);
      got += (chunk as Buffer).length;
      if (got >= size) break;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  } finally {
    file.destroy();
  }
  return Buffer.concat(chunks).subarray(0, size);
}

// zlib's own complaints, against the system's.
function isDamage(error: unknown): boolean {
  return ((error as NodeJS.ErrnoException).code ?? '').startsWith('Z_');
}

/** Bytes that one system call reads ahead of small buffers. */
const READ_AHEAD = 128 * 1024;
/** A read that begins at most so far behind the one before goes through the file in order. */
const NEAR = 16 * 1024;

/**
 * Small reads that go through the file in order, as those of 8 KiB buffers do, are served from a block read
 * ahead: a system call for each costs more than decoding what it brings.
 */
function fileSource(fd: number, size: number): ByteSource {
  let block = Buffer.alloc(0);
  let blockAt = 0;
  let filled = 0;
  let last = Number.NaN;
  return {
    size,
    read(position, target) {
      const end = position + target.length;
      const inOrder = position >= last && position - last <= NEAR;
      last = end;
      if (target.length > READ_AHEAD / 2) return readFully(fd, position, target);
      if (position < blockAt || end > blockAt + filled) {
        if (!inOrder) return readFully(fd, position, target);
        if (block.length === 0) block = Buffer.allocUnsafeSlow(READ_AHEAD);
        blockAt = position;
        filled = readFully(fd, position, block);
      }
      const from = position - blockAt;
      return block.copy(target, 0, from, Math.min(from + target.length, filled));
    },
  };
}

function readFully(fd: number, position: number, target: Uint8Array): number {
  let got = 0;
  while (got < target.length) {
    const n = readSync(fd, target, got, target.length - got, position + got);
    if (n === 0) break;
    got += n;
  }
  return got;
}

/** A trace that is already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(position, target) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
}

async function unpack(path: string, limits: OpenLimits): Promise<OpenTrace> {
  const store = new Spill(limits);
  try {
    const problem = await gunzipInto(path, store);
    return { path, problem, ...store.finish() };
  } catch (error) {
    store.discard();
    throw error;
  }
}

// What could be unpacked before the damage is still a trace; the damage is told beside it.
async function gunzipInto(path: string, store: Spill): Promise<string | undefined> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  try {
    for await (const chunk of gunzip) store.write(chunk as Buffer);
    return undefined;
  } catch (error) {
    file.destroy();
    if (!isDamage(error)) throw error;
    return `the gzip file is damaged or cut off after ${store.size} unpacked bytes`;
  }
}

/** Takes bytes in memory up to a limit, then moves to a temporary file of our own. */
class Spill {
  readonly #limits: OpenLimits;
  #chunks: Buffer[] = [];
  #fd = -1;
  #folder = '';
  size = 0;

  constructor(limits: OpenLimits) {
    this.#limits = limits;
  }

  write(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.#limits.disk) {
      throw new Error(
        `it unpacks to more than ${this.#limits.disk} bytes; unpack it yourself and name the .etl file`,
      );
    }
    this.#chunks.push(chunk);
    if (this.#fd >= 0 || this.size > this.#limits.memory) this.#spill();
  }

  finish(): Pick<OpenTrace, 'source' | 'memory' | 'close'> {
    if (this.#fd >= 0)
      return { source: fileSource(this.#fd, this.size), memory: 0, close: () => this.discard() };
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return { source: memorySource(bytes), memory: bytes.length, close: () => undefined };
  }

  discard(): void {
    this.#chunks = [];
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = '';
  }

  #spill(): void {
    if (this.#fd < 0) {
      // mkdtemp makes a folder that only this user can enter.
      this.#folder = mkdtempSync(join(tmpdir(), 'sigel-'));
      this.#fd = openSync(join(this.#folder, 'trace.etl'), 'wx+', 0o600);
      // Where the system allows it the name goes at once, so that even a kill leaves nothing behind.
      if (process.platform !== 'win32') {
        rmSync(this.#folder, { recursive: true, force: true });
        this.#folder = '';
      }
    }
    for (const chunk of this.#chunks) writeAll(this.#fd, chunk);
    this.#chunks = [];
  }
}

function writeAll(fd: number, chunk: Buffer): void {
  let done = 0;
  while (done < chunk.length) done += writeSync(fd, chunk, done);
}
