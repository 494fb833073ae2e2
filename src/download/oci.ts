import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { authorizationOf, type Credentials } from './credentials.ts';
import { download, isSafeLocation } from './download.ts';

// Formats: OCI Distribution Specification 1.1 (/v2/…/manifests, /v2/…/blobs), OCI Image Specification 1.1 (manifests);
// tokens: the CNCF Distribution project's token authentication.

/** An artifact of one layer in a registry. */
export interface OciReference {
  readonly registry: string;
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly reference: string;
}

/** What came of pulling. */
export type OciPulled =
  | {
      readonly kind: 'new';
      readonly bytes: Buffer;
      /** `sha256:…` of the layer. */
      readonly digest: string;
      /** Of the layer, beside those of the manifest. */
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What to pull, and its bounds. */
export interface OciOptions {
  /** Of the layer that is wanted. */
  readonly mediaType: string;
  readonly maxBytes: number;
  /** Of the layer that is there already. */
  readonly digest?: string | undefined;
  /**
   * A token is shown to the registry. A user is shown to it, or to its token service, when the registry asks for that; without
   * either, that service is asked for a token that anybody gets.
   */
  readonly credentials?: Credentials | undefined;
  readonly signal: AbortSignal;
}

const REFERENCE =
  /^oci:\/\/([\w.-]+(?::\d{1,5})?|\[::1\](?::\d{1,5})?)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127})|@(sha256:[0-9a-f]{64}))?$/;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MAX_MANIFEST = 1 << 20;
const texts = z.record(z.string(), z.string());
const manifestFormat = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      annotations: texts.optional(),
    }),
  ),
  annotations: texts.optional(),
});
const tokenFormat = z.union([
  z.object({ token: z.string() }),
  z.object({ access_token: z.string() }).transform(({ access_token: token }) => ({ token })),
]);

/** Reads `oci://registry/repository:tag` or `…@sha256:…`; undefined when it is none. */
export function parseOci(text: string): OciReference | undefined {
  const [, registry, repository, tag, digest] = (text.length <= 512 && REFERENCE.exec(text)) || [];
  if (registry === undefined || repository === undefined) return undefined;
  return { registry, repository, reference: digest ?? tag ?? 'latest' };
}

/** Pulls the layer of a media type. Registries on this machine are asked over HTTP. Never rejects. */
export async function pullOci(from: OciReference, options: OciOptions): Promise<OciPulled> {
  const host = `http://${from.registry}`;
  const base = `${isSafeLocation(host) ? host : `https://${from.registry}`}/v2/${from.repository}`;
  const { mediaType, maxBytes, signal } = options;
  const got = await authorized(`${base}/manifests/${from.reference}`, options);
  if (got.kind === 'failed') return failed(got.reason);
  const { bytes, authorization } = got;
  if (from.reference.startsWith('sha256:') && digestOf(bytes) !== from.reference)
    return failed('its manifest is not the one of the digest');
  const manifest = parsed(manifestFormat, bytes);
  const layer = manifest?.layers.find((one) => one.mediaType === mediaType);
  if (layer === undefined) return failed(`its manifest names no layer of type ${mediaType}`);
  const { digest } = layer;
  if (digest === options.digest) return { kind: 'unchanged' };
  const blob = await download(`${base}/blobs/${digest}`, { maxBytes, signal, authorization });
  if (blob.kind !== 'new') return failed(blob.kind === 'failed' ? blob.reason : 'it was not sent');
  if (digestOf(blob.bytes) !== digest) return failed('its checksum is wrong');
  const annotations = { ...manifest?.annotations, ...layer.annotations };
  return { kind: 'new', bytes: blob.bytes, digest, annotations };
}

type Authorized =
  | { readonly kind: 'new'; readonly bytes: Buffer; readonly authorization: string | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

/** A manifest, and with what it was given out. */
async function authorized(location: string, { credentials, signal }: OciOptions): Promise<Authorized> {
  const options = { maxBytes: MAX_MANIFEST, accept: MANIFEST, signal };
  let authorization = credentials?.kind === 'token' ? authorizationOf(credentials) : undefined;
  let got = await download(location, { ...options, authorization });
  if (got.kind === 'failed' && got.challenge !== undefined && authorization === undefined) {
    const user = credentials === undefined ? undefined : authorizationOf(credentials);
    authorization = await answerTo(got.challenge, location, user, signal);
    if (authorization === undefined)
      return failed(user === undefined ? 'it wants to know who asks' : 'it does not know who asks');
    got = await download(location, { ...options, authorization });
  }
  if (got.kind === 'new') return { kind: 'new', bytes: got.bytes, authorization };
  return failed(got.kind === 'failed' ? got.reason : 'it was not sent');
}

/** What a registry takes that has asked who one is; undefined when there is nothing. */
async function answerTo(
  challenge: string,
  from: string,
  user: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (/^basic\b/i.test(challenge)) return user;
  const token = await tokenFor(challenge, from, user, signal);
  return token === undefined ? undefined : authorizationOf({ kind: 'token', token });
}

/** What a registry's token service gives to a user, or to anybody. */
async function tokenFor(
  challenge: string,
  from: string,
  user: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (challenge.length > 4096 || !/^bearer /i.test(challenge)) return undefined;
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of challenge.matchAll(/(\w{1,32})="([^"]*)"/g)) fields.set(key, value);
  const realm = URL.parse(fields.get('realm') ?? '');
  // A registry elsewhere must not make the agent ask this machine's own services.
  if (realm === null || (realm.protocol !== 'https:' && !from.startsWith('http:'))) return undefined;
  for (const key of ['service', 'scope']) {
    const value = fields.get(key);
    if (value !== undefined) realm.searchParams.set(key, value);
  }
  const got = await download(realm.href, { maxBytes: MAX_MANIFEST, signal, authorization: user });
  return got.kind === 'new' ? parsed(tokenFormat, got.bytes)?.token : undefined;
}

function parsed<T>(format: z.ZodType<T>, bytes: Buffer): T | undefined {
  try {
    return format.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}
