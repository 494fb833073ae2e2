import { Buffer } from 'node:buffer';

/** The answers looked for have a few KiB; whoever answers at a link-local address may be anybody. */
const MAX_BYTES = 64 * 1024;

/** A request to a cloud's metadata service. */
export interface MetadataRequest {
  readonly endpoint: string;
  readonly path: string;
  readonly method?: 'GET' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** A header that the right service answers with. */
  readonly answersWith?: readonly [name: string, value: string];
  readonly signal: AbortSignal;
}

/** The text of an answer. Rejects where there is none, in time and within bounds, of status 200. */
export async function metadataText(request: MetadataRequest): Promise<string> {
  const { endpoint, path, method = 'GET', headers, signal, answersWith } = request;
  const answer = await fetch(new URL(path, endpoint), { method, headers, signal, redirect: 'error' });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new Error(`${path} was answered with status ${answer.status}`);
  }
  if (answersWith !== undefined && answer.headers.get(answersWith[0]) !== answersWith[1]) {
    await answer.body?.cancel();
    throw new Error('what answers is another service');
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`${path} was answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The same, as the JSON object it has to be. */
export async function metadataJson(request: MetadataRequest): Promise<Readonly<Record<string, unknown>>> {
  const text = await metadataText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${request.path} was answered with something that is no JSON object`);
  return value as Readonly<Record<string, unknown>>;
}
