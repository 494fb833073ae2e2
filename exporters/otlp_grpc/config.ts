import { z } from 'zod';
import { attemptTimeout, maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { authKey } from '../../src/otlp/auth.ts';
import { grpcClientKeys } from '../../src/otlp/grpc/config.ts';
import { tlsConfig } from '../../src/tls/config.ts';

/** Options of the `otlp_grpc` exporter. */
export const otlpGrpcConfig = z.strictObject({
  ...grpcClientKeys,
  tls: tlsConfig.prefault({}).describe('TLS, which is on unless `insecure`.'),
  auth: authKey,
  timeout: attemptTimeout,
  max_message_size: maxMessageSize,
  sending_queue: sendingQueue,
  retry_on_failure: retryOnFailure,
});
