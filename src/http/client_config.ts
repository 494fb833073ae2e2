import { z } from 'zod';
import { duration } from '../config/units.ts';
import { authKey } from '../otlp/auth.ts';
import { tlsConfig } from '../tls/config.ts';
import { headerValue } from './header_value.ts';

// RFC 9110, 5.6.2: a token.
const HEADER_NAME = /^[0-9a-zA-Z!#$%&'*+.^_`|~-]+$/;

/** The keys of every exporter that sends requests of HTTP. */
export const httpClientKeys = {
  headers: z
    .record(z.string().regex(HEADER_NAME, { error: 'expected a header name' }), headerValue())
    .default({})
    .describe('Sent with every request, such as an authorization.'),
  auth: authKey,
  tls: tlsConfig.prefault({}).describe('TLS, which is on for `https://`; `insecure` has no meaning here.'),
  timeout: duration({ atLeast: '1ms' }).prefault('30s').describe('Time for one attempt to send a request.'),
};

/** Whether a text is a URL of HTTP with a host, and none of these parts. */
export function isHttpUrl(
  text: string,
  without: readonly ('username' | 'password' | 'search' | 'hash')[],
): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return without.every((part) => url[part] === '');
}
