import { Buffer } from 'node:buffer';

/** What came of a download. */
export type Downloaded =
  | { readonly kind: 'new'; readonly bytes: Buffer; readonly etag: string | undefined }
  /** The location has nothing newer than the `etag` that was given. */
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** What an answer 401 says of how to be let in (`WWW-Authenticate`). */
      readonly challenge?: string;
    };

/** What to download, and its bounds. */
export interface DownloadOptions {
  readonly maxBytes: number;
  /** Of what is there already. */
  readonly etag?: string | undefined;
  readonly signal: AbortSignal;
  readonly accept?: string;
  /** `Authorization`; told to the location's own origin, not to those that it leads to. */
  readonly authorization?: string | undefined;
}

const MAX_REDIRECTS = 5;
const TIMEOUT = 30_000;

/** Whether a location may be asked: over HTTPS, or on this machine. */
export function isSafeLocation(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Gets what a location has, within 30 s and its bounds; redirects too must be safe. Never rejects. */
export async function download(location: string, options: DownloadOptions): Promise<Downloaded> {
  try {
    return await get(location, options, AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT)]));
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

async function get(
  location: string,
  { maxBytes, etag, accept, authorization }: DownloadOptions,
  signal: AbortSignal,
): Promise<Downloaded> {
  const headers = new Headers(accept === undefined ? {} : { accept });
  if (etag !== undefined) headers.set('if-none-match', etag);
  if (authorization !== undefined) headers.set('authorization', authorization);
  let url = location;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    if (!mayLeadTo(location, url)) return { kind: 'failed', reason: 'it leads to a location without HTTPS' };
    const answer = await fetch(url, { headers, signal, redirect: 'manual' });
    const { status, body } = answer;
    if (status === 200) {
      const bytes = await bytesOf(body, maxBytes);
      if (bytes === undefined) return { kind: 'failed', reason: `it has more than ${maxBytes} bytes` };
      return { kind: 'new', bytes, etag: answer.headers.get('etag') ?? undefined };
    }
    await body?.cancel();
    if (status === 304 && etag !== undefined) return { kind: 'unchanged' };
    const challenge = answer.headers.get('www-authenticate');
    if (status === 401 && challenge !== null)
      return { kind: 'failed', reason: 'it wants to know who asks', challenge };
    const next = answer.headers.get('location');
    if (status < 301 || status > 308 || next === null)
      return { kind: 'failed', reason: `it answers with status ${status}` };
    const { origin, href } = new URL(next, url);
    if (origin !== new URL(url).origin) headers.delete('authorization');
    url = href;
  }
  return { kind: 'failed', reason: `more than ${MAX_REDIRECTS} redirects` };
}

// What is elsewhere must not make the agent ask this machine's own services.
function mayLeadTo(from: string, to: string): boolean {
  return isSafeLocation(to) && (to.startsWith('https:') || from.startsWith('http:'));
}

async function bytesOf(body: Response['body'], maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

// `fetch failed` says nothing; its cause does.
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
