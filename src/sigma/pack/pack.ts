import { Buffer } from 'node:buffer';
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { readTar, writeTar } from './tar.ts';

/** A pack as it is transported: a .tar.gz archive, and its Ed25519 signature in base64. */
export interface SignedArchive {
  readonly archive: Buffer;
  readonly signature: string;
}

/** Rules that somebody whose key is trusted has put together. */
export interface Pack {
  /** Files of rules by name. */
  readonly files: ReadonlyMap<string, string>;
  /** When it was put together, in milliseconds since 1970. */
  readonly created: number;
  /** SHA-256 of the archive, in hex. */
  readonly digest: string;
}

/** A pack, or why it is refused. */
export type OpenedPack =
  | { readonly kind: 'pack'; readonly pack: Pack }
  | { readonly kind: 'refused'; readonly reason: string };

/** What rules of a pack are called in messages: the pack's location and the file's name in it. */
export function fileInPack(location: string, name: string): string {
  return `${location}#${name}`;
}

/** No pack is longer, as it is transported. */
export const MAX_ARCHIVE = 16 << 20;
const MAX_UNPACKED = 128 << 20;
/** Says what the archive is, beside the rules. */
const ABOUT = 'sigel-pack.json';
const about = z.object({ created: z.iso.datetime() });

const gunzipped = promisify(gunzip);
const gzipped = promisify(gzip);

/** Opens a pack: nothing of it is looked at before the signature is right. Never rejects. */
export async function openPack({ archive, signature }: SignedArchive, key: KeyObject): Promise<OpenedPack> {
  if (!verify(null, archive, key, Buffer.from(signature, 'base64')))
    return refused('its signature is not of the key that is trusted');
  try {
    const tar = readTar(await gunzipped(archive, { maxOutputLength: MAX_UNPACKED }));
    if (tar.kind === 'wrong') return refused(`its archive cannot be read: ${tar.reason}`);
    const { created } = about.parse(JSON.parse(tar.files.get(ABOUT)?.toString('utf8') ?? '{}'));
    const files = new Map<string, string>();
    for (const [name, bytes] of tar.files) {
      if (/(?<!\.test)\.ya?ml$/i.test(name)) files.set(name, bytes.toString('utf8'));
    }
    return { kind: 'pack', pack: { files, created: Date.parse(created), digest: digestOf(archive) } };
  } catch (error) {
    if (error instanceof z.ZodError) return refused(`${ABOUT} in it does not say when it was created`);
    return refused(`its archive cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Puts files of rules together and signs them. Throws for a name that a pack cannot hold. */
export async function makePack(
  files: ReadonlyMap<string, Buffer>,
  created: Date,
  privateKey: KeyObject,
): Promise<SignedArchive> {
  const first = Buffer.from(`${JSON.stringify({ created: created.toISOString() })}\n`);
  const archive = await gzipped(writeTar(new Map([[ABOUT, first], ...files])));
  return { archive, signature: sign(null, archive, privateKey).toString('base64') };
}

/** SHA-256 in hex. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refused(reason: string): OpenedPack {
  return { kind: 'refused', reason };
}
