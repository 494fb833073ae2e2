import { readText } from '../../../src/config/read_file.ts';
import { authorizationOf, type Credentials } from '../../../src/download/credentials.ts';
import { download } from '../../../src/download/download.ts';
import { type OciReference, parseOci, pullOci } from '../../../src/download/oci.ts';
import { digestOf, MAX_ARCHIVE, type SignedArchive } from '../../../src/sigma/pack/pack.ts';
import type { PackConfig } from './config.ts';

/** What came of asking for a pack. */
export type FetchedPack =
  | ({ readonly kind: 'new' } & SignedArchive)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

/** The layer of a pack in a registry, and where its signature stands: an annotation of the layer or the manifest. */
export const PACK_MEDIA_TYPE = 'application/vnd.sigel.rules.v1.tar+gzip';
export const SIGNATURE_ANNOTATION = 'io.sigel.pack.signature';
const MAX_SIGNATURE = 4096;

type Asked = Pick<PackConfig, 'url' | 'token' | 'username' | 'password' | 'password_file' | 'sha256'>;

/** Asks for a pack; `digest`: of the archive that is there already. Its signature is not looked at here. Never rejects. */
export async function fetchPack(
  asked: Asked,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<FetchedPack> {
  const shown = await credentialsOf(asked);
  if (shown.kind === 'failed') return shown;
  const { credentials } = shown;
  const from = parseOci(asked.url);
  const got =
    from === undefined
      ? await fromLocation(asked.url, credentials, signal)
      : await fromRegistry(from, credentials, digest, signal);
  if (got.kind !== 'new') return got;
  const now = digestOf(got.archive);
  if (now === digest) return { kind: 'unchanged' };
  if (asked.sha256 !== undefined && now !== asked.sha256)
    return { kind: 'failed', reason: `its SHA-256 is ${now}, not the one that is configured` };
  return got;
}

type Shown =
  | { readonly kind: 'known'; readonly credentials: Credentials | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

async function credentialsOf({ token, username, password, password_file: file }: Asked): Promise<Shown> {
  if (token !== undefined) return { kind: 'known', credentials: { kind: 'token', token } };
  if (username === undefined) return { kind: 'known', credentials: undefined };
  if (file === undefined) return user(username, password ?? '');
  const read = await readText(file);
  if (read.kind === 'unreadable') return { kind: 'failed', reason: `its password_file: ${read.reason}` };
  return user(username, read.text.replace(/\r?\n$/, ''));
}

function user(name: string, password: string): Shown {
  return { kind: 'known', credentials: { kind: 'user', name, password } };
}

async function fromLocation(
  url: string,
  credentials: Credentials | undefined,
  signal: AbortSignal,
): Promise<FetchedPack> {
  const authorization = credentials === undefined ? undefined : authorizationOf(credentials);
  const archive = await download(url, { maxBytes: MAX_ARCHIVE, signal, authorization });
  if (archive.kind !== 'new') return archive;
  const signature = await download(`${url}.sig`, { maxBytes: MAX_SIGNATURE, signal, authorization });
  if (signature.kind === 'failed') return { kind: 'failed', reason: `its signature: ${signature.reason}` };
  if (signature.kind === 'unchanged') return signature;
  return { kind: 'new', archive: archive.bytes, signature: signature.bytes.toString('utf8').trim() };
}

async function fromRegistry(
  from: OciReference,
  credentials: Credentials | undefined,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<FetchedPack> {
  const known = digest === undefined ? undefined : `sha256:${digest}`;
  const options = { mediaType: PACK_MEDIA_TYPE, maxBytes: MAX_ARCHIVE, digest: known, credentials, signal };
  const pulled = await pullOci(from, options);
  if (pulled.kind !== 'new') return pulled;
  const signature = pulled.annotations[SIGNATURE_ANNOTATION];
  if (signature === undefined)
    return { kind: 'failed', reason: `it has no annotation ${SIGNATURE_ANNOTATION}` };
  return { kind: 'new', archive: pulled.bytes, signature };
}
