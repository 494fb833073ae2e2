import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import type { HmacConfig } from './config.ts';

/** Of Standard Webhooks: a secret is base64 behind this. */
const PREFIX = 'whsec_';

/**
 * Headers that show who sent a body, and that it is whole, by HMAC-SHA256. `hub` signs the body alone, as GitHub and those
 * who follow it do; `standard_webhooks` (https://www.standardwebhooks.com, 1.0) signs id, time and body, so that
 * nobody can play a request again later. The id is made of the body: what is sent again has the same one.
 */
export function signatureOf(
  { secret, format }: HmacConfig,
  body: Buffer,
  now: number = Date.now(),
): Record<string, string> {
  if (format === 'hub')
    return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
  const id = `msg_${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  const timestamp = String(Math.floor(now / 1000));
  const signed = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signed.digest('base64')}`,
  };
}

/** Whether a text can be a secret of Standard Webhooks: 24 to 64 bytes as base64. */
export function isStandardSecret(secret: string): boolean {
  const text = secret.replace(PREFIX, '');
  const { length } = keyOf(secret);
  return /^[A-Za-z0-9+/]+=*$/.test(text) && length >= 24 && length <= 64;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(PREFIX, ''), 'base64');
}
