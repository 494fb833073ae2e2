import { type Metadata, status } from '@grpc/grpc-js';
import type { Failure } from '../../delivery/sender.ts';
import { readRetryDelay } from '../response.ts';

/** A gRPC status as grpc-js gives it with an error. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata | undefined;
}

// A peer's code is a number, of the enum or not.
const RESOURCE_EXHAUSTED: number = status.RESOURCE_EXHAUSTED;
const OUT_OF_RANGE: number = status.OUT_OF_RANGE;

/** https://opentelemetry.io/docs/specs/otlp/#failures, without RESOURCE_EXHAUSTED. */
const RETRYABLE: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** The peer's words go to logs; longer ones are cut. */
const MAX_DETAILS = 500;

/** How servers say that a message is too large: grpc-go, grpc-js, grpc-core, grpc-java, .NET, tonic. */
const TOO_LARGE = /\bmessage\b.*(?:larger than|exceeds (?:the )?maximum|length too large)/i;
/** A proxy that answers with HTTP's "content too large" instead of gRPC. */
const HTTP_413 = /HTTP status code 413\b/i;

/**
 * What a failed export means. RESOURCE_EXHAUSTED is three things: a message above the peer's size (split), an
 * overloaded peer that expects to recover (RetryInfo: retry), and otherwise, by the specification, a failure for
 * good, counted as `resource_exhausted`.
 */
export function resultOfStatus({ code, details, metadata }: GrpcStatus): Failure {
  const name = status[code] ?? `code ${code}`;
  const reason = details === '' ? name : `${name}: ${details.slice(0, MAX_DETAILS)}${hintFor(details)}`;
  const delay = retryDelay(metadata);
  // tonic answers OUT_OF_RANGE, which would otherwise be repeated in vain.
  const sized = code === RESOURCE_EXHAUSTED || code === OUT_OF_RANGE;
  if ((sized && delay === undefined && TOO_LARGE.test(details)) || HTTP_413.test(details)) {
    return { kind: 'too_large', reason };
  }
  if (RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && delay !== undefined)) {
    return { kind: 'retryable', reason, ...(delay !== undefined && delay > 0 && { retryAfterMs: delay }) };
  }
  return { kind: 'permanent', cause: name.toLowerCase().replace(' ', '_'), reason };
}

/** What usually lies behind words of the library that say little to whoever configured the endpoint. */
function hintFor(details: string): string {
  if (/wrong version number|packet length too long/.test(details))
    return ' (the peer speaks no TLS on this port; if that is as it should be: tls::insecure: true)';
  if (/HTTP status code (400|404|405|415)\b|Protocol error|Parse Error: Expected HTTP/i.test(details))
    return ' (the peer speaks no gRPC on this port; OTLP over HTTP, usually 4318, needs the exporter otlp_http)';
  return '';
}

function retryDelay(metadata: Metadata | undefined): number | undefined {
  const details = metadata?.get('grpc-status-details-bin')[0];
  return details === undefined || typeof details === 'string' ? undefined : readRetryDelay(details);
}
