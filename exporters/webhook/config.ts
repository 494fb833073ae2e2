import { z } from 'zod';
import { duration, secret } from '../../src/config/units.ts';
import { maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { headerValue } from '../../src/http/header_value.ts';
import { authKey } from '../../src/otlp/auth.ts';
import { tlsConfig } from '../../src/tls/config.ts';
import { isStandardSecret } from './signature.ts';
import { complaintOf, DEFAULT_BODY } from './template.ts';

const HEADER_NAME = /^[0-9a-zA-Z!#$%&'*+.^_`|~-]+$/;

const hmac = z
  .strictObject({
    secret: secret()
      .min(1)
      .describe('What the peer knows too; for `standard_webhooks` base64, with or without `whsec_`.'),
    format: z
      .enum(['standard_webhooks', 'hub'])
      .default('standard_webhooks')
      .describe(
        '`standard_webhooks`: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. ' +
          '`hub`: `X-Hub-Signature-256` over the body alone, as GitHub sends it.',
      ),
  })
  .refine(({ secret, format }) => format === 'hub' || isStandardSecret(secret), {
    error: 'expected 24 to 64 bytes as base64, such as `openssl rand -base64 32` prints',
    path: ['secret'],
  });

/** How requests are signed. */
export type HmacConfig = z.infer<typeof hmac>;

const body = z.record(z.string(), z.unknown()).superRefine((template, context) => {
  const message = complaintOf(template);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** Options of the `webhook` exporter. */
export const webhookConfig = z.strictObject({
  endpoint: secret()
    .refine(isHttpUrl, { error: 'expected http:// or https://, a host, and no user or fragment' })
    .describe('The URL that requests are posted to. Not shown: with many services who knows it may post.'),
  body: body
    .default(DEFAULT_BODY)
    .describe('What is sent of a record: any map, in which `{{name}}` stands for a field or an attribute.'),
  max_records: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Send arrays of at most this many; unless given, a request for each record, which is no array.',
    ),
  hmac: hmac.optional().describe('Sign requests; off unless given.'),
  headers: z
    .record(z.string().regex(HEADER_NAME, { error: 'expected a header name' }), headerValue())
    .default({})
    .describe('Sent with every request, such as an authorization.'),
  auth: authKey,
  tls: tlsConfig.prefault({}).describe('TLS, which is on for `https://`; `insecure` has no meaning here.'),
  timeout: duration({ atLeast: '1ms' }).prefault('30s').describe('Time for one attempt to send a request.'),
  max_message_size: maxMessageSize.describe(
    'A request at most. Arrays that are larger are sent in parts, records that are larger are dropped.',
  ),
  sending_queue: sendingQueue,
  retry_on_failure: retryOnFailure,
});

/** The parsed options. */
export type WebhookConfig = z.infer<typeof webhookConfig>;

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return [url.username, url.password, url.hash].every((part) => part === '');
}
