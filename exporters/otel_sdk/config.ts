import { z } from 'zod';
import { attemptTimeout, maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { grpcClientKeys } from '../../src/otlp/grpc/config.ts';

/** Options of the `otel_sdk` exporter: those of `otlp_grpc` that the stock exporter can be given. */
export const otelSdkConfig = z
  .strictObject({
    endpoint: grpcClientKeys.endpoint,
    compression: grpcClientKeys.compression,
    tls: grpcClientKeys.tls,
    headers: grpcClientKeys.headers,
    user_agent: grpcClientKeys.user_agent,
    timeout: attemptTimeout,
    max_message_size: maxMessageSize.describe(
      'What the peer takes in one message; batches that are (about) larger are split.',
    ),
    sending_queue: sendingQueue,
    retry_on_failure: retryOnFailure,
  })
  .refine(({ tls }) => tls.server_name_override === undefined, {
    error: 'not available with the stock exporter: use otlp_grpc',
    path: ['tls', 'server_name_override'],
  })
  .refine(({ sending_queue }) => sending_queue.storage === undefined, {
    error: 'not available with the stock exporter, which takes no encoded records: use otlp_grpc',
    path: ['sending_queue', 'storage'],
  })
  .refine(({ endpoint }) => sdkUrl(endpoint) !== undefined, {
    error: 'expected host:port or unix:///path; other resolvers need otlp_grpc',
    path: ['endpoint'],
  });

/**
 * The endpoint as the stock exporter wants it: a URL, of which it uses the host and port alone. The scheme is the
 * one whose default port is another, since URLs drop a default port. Undefined for an endpoint it cannot use.
 */
export function sdkUrl(endpoint: string): string | undefined {
  if (endpoint.startsWith('unix://')) return endpoint;
  const address = endpoint.replace(/^(?:https?:\/\/|dns:\/\/\/)/, '').replace(/\/$/, '');
  if (address.includes('/') || /^(?:unix|dns|ipv4|ipv6):/.test(address)) return undefined;
  return address.endsWith(':80') ? `https://${address}` : `http://${address}`;
}
