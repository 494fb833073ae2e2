import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a browser asks from this page or its address line. A name in `Host` that is not ours is one that somebody
 * made to lead here (DNS rebinding): its pages would be of the same origin. Addresses cannot be made to. Pages of
 * other origins cannot read answers, but could hold connections.
 */
export function isOwnRequest(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return false;
  const name = nameOf(headers.host ?? '').toLowerCase();
  return name === 'localhost' || isIP(name) !== 0 || allowed.some((one) => one.toLowerCase() === name);
}

/** A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const HOST = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/;

function nameOf(host: string): string {
  const [, ipv6, name] = HOST.exec(host) ?? [];
  return ipv6 ?? name ?? '';
}
