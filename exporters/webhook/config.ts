import { z } from 'zod';
import { secret } from '../../src/config/units.ts';
import { maxMessageSize, retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { httpClientKeys, isHttpUrl } from '../../src/http/client_config.ts';
import { isStandardSecret } from './signature.ts';
import { complaintOf, DEFAULT_BODY } from './template.ts';

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
    .refine((text) => isHttpUrl(text, ['username', 'password', 'hash']), {
      error: 'expected http:// or https://, a host, and no user or fragment',
    })
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
  ...httpClientKeys,
  max_message_size: maxMessageSize.describe(
    'A request at most. Arrays that are larger are sent in parts, records that are larger are dropped.',
  ),
  sending_queue: sendingQueue,
  retry_on_failure: retryOnFailure,
});

/** The parsed options. */
export type WebhookConfig = z.infer<typeof webhookConfig>;
