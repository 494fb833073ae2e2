import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { PeImage } from './pe/image.ts';
import { imphashOf } from './pe/imphash.ts';
import { PagedFile } from './pe/paged_file.ts';
import type { VersionInfo } from './pe/version_info.ts';
import { readVersionInfo } from './pe/version_resource.ts';
import type { ReadSignature, Signature } from './signature.ts';

/** Digests that can be asked for. `imphash` is that of the import table. */
export const DIGESTS = ['md5', 'sha1', 'sha256', 'imphash'] as const;

/** One of {@link DIGESTS}. */
export type Digest = (typeof DIGESTS)[number];

/** What was read of a file. */
export interface FileFacts {
  readonly version: VersionInfo | undefined;
  /** Lower-case hexadecimal digits. */
  readonly digests: Readonly<Partial<Record<Digest, string>>>;
  /** Undefined where it was not asked for, or could not be told. */
  readonly signature?: Signature | undefined;
}

/** What to read. */
export interface FactsWanted {
  readonly digests: readonly Digest[];
  /** A longer file has no digests of its content, and no signature. Bytes. */
  readonly maxHashedSize: number;
  /** Who tells signatures; undefined: they are not asked for. */
  readonly signature?: ReadSignature | undefined;
}

/** A file that was opened. */
export interface FileToRead {
  readonly handle: FileHandle;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What is read of a file at most for its version resource and imports. */
const MAX_PARSED = 8 * 1024 * 1024;
const CHUNK = 256 * 1024;
/** IMAGE_DIRECTORY_ENTRY_SECURITY: the table of certificates. */
const SECURITY = 4;

/** Reads what is wanted of an open file. Rejects where it cannot be read; what is no PE image has digests alone. */
export async function readFacts({ handle, path, size }: FileToRead, wanted: FactsWanted): Promise<FileFacts> {
  const file = new PagedFile((offset, length) => readAt(handle, offset, length), MAX_PARSED);
  const image = await PeImage.open(file);
  const version = image === undefined ? undefined : await readVersionInfo(image);
  const isShort = size <= wanted.maxHashedSize;
  const digests = isShort ? await contentDigests(handle, size, wanted.digests) : {};
  const hasOwn = image?.directory(SECURITY) !== undefined;
  const signature = image === undefined || !isShort ? undefined : await wanted.signature?.({ path, hasOwn });
  const imphash =
    image !== undefined && wanted.digests.includes('imphash') ? await imphashOf(image) : undefined;
  return { version, digests: imphash === undefined ? digests : { ...digests, imphash }, signature };
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

// Of the size that was seen at first: a file that grows meanwhile does not keep us.
async function contentDigests(
  handle: FileHandle,
  size: number,
  wanted: readonly Digest[],
): Promise<Partial<Record<Digest, string>>> {
  const hashes: [Digest, Hash][] = [];
  for (const digest of wanted) if (digest !== 'imphash') hashes.push([digest, createHash(digest)]);
  if (hashes.length === 0) return {};
  for (let at = 0; at < size; ) {
    const bytes = await readAt(handle, at, Math.min(CHUNK, size - at));
    if (bytes.length === 0) return {};
    for (const [, hash] of hashes) hash.update(bytes);
    at += bytes.length;
  }
  return Object.fromEntries(hashes.map(([digest, hash]) => [digest, hash.digest('hex')]));
}
