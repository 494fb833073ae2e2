import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../../delivery/sender.ts';
import { readStatusMessage } from '../response.ts';

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const TOO_LARGE = 413;
/** The peer's words go to logs; longer ones are cut. */
const MAX_DETAILS = 500;

/** An answer that is no success. */
export interface HttpRefusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** What a refusal means; `now` is in milliseconds since 1970. */
export function resultOfRefusal({ status, headers, body }: HttpRefusal, now: number = Date.now()): Failure {
  const details = detailsOf(headers, body);
  const reason = details === '' ? `HTTP ${status}` : `HTTP ${status}: ${details}`;
  if (status === TOO_LARGE) return { kind: 'too_large', reason };
  if (!RETRYABLE.has(status)) return { kind: 'permanent', cause: `http_${status}`, reason };
  const delay = retryAfterMs(headers['retry-after'], now);
  return { kind: 'retryable', reason, ...(delay !== undefined && { retryAfterMs: delay }) };
}

/** Milliseconds of a Retry-After, which is seconds or a date (RFC 9110, 10.2.3); undefined for none that is to come. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms > 0 ? ms : undefined;
}

/** A body is a google.rpc.Status in the encoding of the request; proxies answer with pages, which are not shown. */
function detailsOf(headers: IncomingHttpHeaders, body: Uint8Array): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type === 'application/x-protobuf') return readStatusMessage(body).slice(0, MAX_DETAILS);
  const text = new TextDecoder().decode(body.subarray(0, 4 * MAX_DETAILS));
  if (type === 'application/json') return jsonMessage(text).slice(0, MAX_DETAILS);
  return type === 'text/plain' ? text.trim().slice(0, MAX_DETAILS) : '';
}

function jsonMessage(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const isStatus = typeof value === 'object' && value !== null && 'message' in value;
    return isStatus && typeof value.message === 'string' ? value.message : '';
  } catch {
    return '';
  }
}
