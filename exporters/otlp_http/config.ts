import { z } from 'zod';
import { maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { httpClientKeys, isHttpUrl } from '../../src/http/client_config.ts';

/** A URL of HTTP, without credentials: those belong into headers, which are not shown. */
function httpUrl() {
  return z
    .string({ error: 'expected a URL, such as "https://gateway:4318"' })
    .refine((text) => isHttpUrl(text, ['username', 'password', 'search', 'hash']), {
      error:
        'expected http:// or https://, a host, and no user, query or fragment, such as "http://gateway:4318"',
    });
}

/** Options of the `otlp_http` exporter. */
export const otlpHttpConfig = z
  .strictObject({
    endpoint: httpUrl()
      .optional()
      .describe('The peer; `/v1/logs` and `/v1/traces` are put behind it: `https://gateway:4318`.'),
    logs_endpoint: httpUrl().optional().describe('The whole URL for logs, instead of the one of `endpoint`.'),
    traces_endpoint: httpUrl()
      .optional()
      .describe('The whole URL for traces, instead of the one of `endpoint`.'),
    encoding: z.enum(['proto', 'json']).default('proto').describe('How requests are encoded.'),
    compression: z.enum(['gzip', 'none']).default('gzip').describe('Compression of requests.'),
    ...httpClientKeys,
    max_message_size: maxMessageSize,
    sending_queue: sendingQueue,
    retry_on_failure: retryOnFailure,
  })
  .refine((c) => c.endpoint !== undefined || (c.logs_endpoint ?? c.traces_endpoint) !== undefined, {
    error: 'expected endpoint, or logs_endpoint or traces_endpoint',
    path: ['endpoint'],
  })
  .refine((c) => c.encoding === 'proto' || c.sending_queue.storage === undefined, {
    error: 'a queue on disk holds and sends protobuf: leave out encoding, or storage',
    path: ['encoding'],
  });

/** The parsed options. */
export type OtlpHttpConfig = z.infer<typeof otlpHttpConfig>;
