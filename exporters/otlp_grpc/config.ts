import { z } from 'zod';
import { byteSize } from '../../src/config/units.ts';
import { attemptTimeout, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { authKey } from '../../src/otlp/auth.ts';
import { grpcClientKeys } from '../../src/otlp/grpc/config.ts';
import { tlsConfig } from '../../src/tls/config.ts';

/** Options of the `otlp_grpc` exporter. */
export const otlpGrpcConfig = z.strictObject({
  ...grpcClientKeys,
  tls: tlsConfig.prefault({}).describe('TLS, which is on unless `insecure`.'),
  auth: authKey,
  timeout: attemptTimeout,
  max_message_size: byteSize()
    .refine((bytes) => bytes >= 1024, { error: 'expected at least 1KiB' })
    .prefault('4MiB')
    .describe('What the peer takes in one message, before compression; larger batches are split.'),
  sending_queue: sendingQueue,
  retry_on_failure: retryOnFailure,
});
