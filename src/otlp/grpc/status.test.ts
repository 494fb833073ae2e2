import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { retryInfoStatus } from '../../../test/support/otlp_server.ts';
import { resultOfStatus } from './status.ts';

const {
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED,
} = status;

for (const [code, details, delayMs, expected] of [
  [UNAVAILABLE, 'connect ECONNREFUSED', undefined, { kind: 'retryable' }],
  [UNAVAILABLE, 'busy', 1500, { kind: 'retryable', retryAfterMs: 1500 }],
  [CANCELLED, '', undefined, { kind: 'retryable' }],
  [DEADLINE_EXCEEDED, '', undefined, { kind: 'retryable' }],
  [ABORTED, '', undefined, { kind: 'retryable' }],
  [OUT_OF_RANGE, '', undefined, { kind: 'retryable' }],
  [DATA_LOSS, '', undefined, { kind: 'retryable' }],
  [RESOURCE_EXHAUSTED, 'quota', 0, { kind: 'retryable' }],
  [RESOURCE_EXHAUSTED, 'quota', 30_000, { kind: 'retryable', retryAfterMs: 30_000 }],
  [
    RESOURCE_EXHAUSTED,
    'rate exceeds the limit of your plan',
    undefined,
    { kind: 'permanent', cause: 'resource_exhausted' },
  ],
  [
    RESOURCE_EXHAUSTED,
    'grpc: received message larger than max (5000 vs. 4096)',
    undefined,
    { kind: 'too_large' },
  ],
  [
    RESOURCE_EXHAUSTED,
    'grpc: received message after decompression larger than max 4096',
    undefined,
    { kind: 'too_large' },
  ],
  [
    RESOURCE_EXHAUSTED,
    'Received message that decompresses to a size larger than 4096',
    undefined,
    { kind: 'too_large' },
  ],
  [RESOURCE_EXHAUSTED, 'gRPC message exceeds maximum size 4096: 5000', undefined, { kind: 'too_large' }],
  [
    RESOURCE_EXHAUSTED,
    'Received message exceeds the maximum configured message size.',
    undefined,
    { kind: 'too_large' },
  ],
  [
    OUT_OF_RANGE,
    'Error, decoded message length too large: found 5000 bytes',
    undefined,
    { kind: 'too_large' },
  ],
  [UNKNOWN, 'Received HTTP status code 413', undefined, { kind: 'too_large' }],
  [UNKNOWN, 'boom', undefined, { kind: 'permanent', cause: 'unknown' }],
  [INVALID_ARGUMENT, '', undefined, { kind: 'permanent', cause: 'invalid_argument' }],
  [NOT_FOUND, '', undefined, { kind: 'permanent', cause: 'not_found' }],
  [PERMISSION_DENIED, '', undefined, { kind: 'permanent', cause: 'permission_denied' }],
  [FAILED_PRECONDITION, '', undefined, { kind: 'permanent', cause: 'failed_precondition' }],
  [UNIMPLEMENTED, '', undefined, { kind: 'permanent', cause: 'unimplemented' }],
  [INTERNAL, '', undefined, { kind: 'permanent', cause: 'internal' }],
  [UNAUTHENTICATED, '', undefined, { kind: 'permanent', cause: 'unauthenticated' }],
] as const) {
  const name = status[code] ?? `code ${code}`;
  test(`${name} ${details} ${delayMs === undefined ? '' : `RetryInfo ${delayMs} ms`} is ${expected.kind}`, () => {
    const metadata = new Metadata();
    if (delayMs !== undefined)
      metadata.set('grpc-status-details-bin', Buffer.from(retryInfoStatus(code, delayMs)));
    const reason = details === '' ? name : `${name}: ${details}`;
    assert.deepEqual(resultOfStatus({ code, details, metadata }), { ...expected, reason });
  });
}

test('a code that gRPC does not know is permanent', () => {
  const result = resultOfStatus({ code: 77, details: '' });
  assert.deepEqual(result, { kind: 'permanent', cause: 'code_77', reason: 'code 77' });
});
