import type { MetricDefinition } from './metric.ts';

/** What is measured of certificates. */
export const TLS_METRICS = {
  notAfter: {
    name: 'sigel.tls.certificates.not_after',
    instrument: 'gauge',
    unit: 's',
    description:
      'When the first of the certificates ends that an exporter connects with or trusts by its configuration, in seconds since 1970.',
  },
} as const satisfies Record<string, MetricDefinition>;
