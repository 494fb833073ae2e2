import { X509Certificate } from 'node:crypto';
import type { Meter } from '@opentelemetry/api';
import { observable } from '../telemetry/metric.ts';
import { TLS_METRICS } from '../telemetry/tls_metrics.ts';
import type { TlsMaterial } from './context.ts';

const END = '-----END CERTIFICATE-----';
/** Certificates that are looked at in one file: a chain, or the CAs of a company. */
const MAX_CERTIFICATES = 200;

/** When the first of these certificates ends, in seconds since 1970; undefined where there are none. */
export function firstExpiry({ ca, cert }: Pick<TlsMaterial, 'ca' | 'cert'>): number | undefined {
  const ends = [ca, cert].flatMap((pem) =>
    String(pem ?? '')
      .split(END, MAX_CERTIFICATES)
      .flatMap(expiryOf),
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Measures when certificates end; what it returns takes those that are in use from now on. */
export function observeExpiry(meter: Meter): (material: TlsMaterial) => void {
  let ends: number | undefined;
  observable(meter, TLS_METRICS.notAfter).addCallback((result) => {
    if (ends !== undefined) result.observe(ends);
  });
  return (material) => {
    ends = firstExpiry(material);
  };
}

/** Of a certificate without its last line. */
function expiryOf(part: string): number[] {
  const begin = part.indexOf('-----BEGIN CERTIFICATE-----');
  if (begin < 0) return [];
  try {
    const ends = Date.parse(new X509Certificate(part.slice(begin) + END).validTo);
    return Number.isNaN(ends) ? [] : [ends / 1000];
  } catch {
    // What cannot be read is refused, with a sentence, where it is used.
    return [];
  }
}
