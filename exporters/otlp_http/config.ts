import { z } from 'zod';
import { duration } from '../../src/config/units.ts';
import { maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { headerValue } from '../../src/http/header_value.ts';
import { authKey } from '../../src/otlp/auth.ts';
import { tlsConfig } from '../../src/tls/config.ts';

const HEADER_NAME = /^[0-9a-zA-Z!#$%&'*+.^_`|~-]+$/;

/** A URL of HTTP, without credentials: those belong into headers, which are not shown. */
function httpUrl() {
  return z.string({ error: 'expected a URL, such as "https://gateway:4318"' }).refine(isHttpUrl, {
    error:
      'expected http:// or https://, a host, and no user, query or fragment, such as "http://gateway:4318"',
  });
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return [url.username, url.password, url.search, url.hash].every((part) => part === '');
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
    headers: z
      .record(z.string().regex(HEADER_NAME, { error: 'expected a header name' }), headerValue())
      .default({})
      .describe('Sent with every request, such as an authorization.'),
    auth: authKey,
    tls: tlsConfig.prefault({}).describe('TLS, which is on for `https://`; `insecure` has no meaning here.'),
    timeout: duration({ atLeast: '1ms' }).prefault('30s').describe('Time for one attempt to send a request.'),
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
