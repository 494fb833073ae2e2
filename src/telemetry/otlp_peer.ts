import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import type { OtlpPeerConfig } from '../config/telemetry_config.ts';

/** What the SDK's OTLP/gRPC exporters take, whatever the signal. */
export type OtlpExporterOptions = NonNullable<ConstructorParameters<typeof OTLPLogExporter>[0]>;

/** The peer of Sigel's own telemetry as the SDK wants it told. Rejects when the certificate cannot be read. */
export async function otlpExporterOptions(peer: OtlpPeerConfig): Promise<OtlpExporterOptions> {
  const { endpoint, timeout, compression, headers } = peer;
  const metadata = new Metadata();
  for (const { name, value } of headers) metadata.add(name, value);
  const roots = await readRoots(peer.certificate);
  const insecure = peer.insecure || endpoint.startsWith('http://');
  return {
    url: /^https?:\/\//.test(endpoint) ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`,
    credentials: insecure ? credentials.createInsecure() : credentials.createSsl(roots),
    metadata,
    timeoutMillis: timeout,
    // The enum is exported by a package that only the exporter depends on.
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
    compression: compression as NonNullable<OtlpExporterOptions['compression']>,
  };
}

async function readRoots(path: string | undefined): Promise<Buffer | null> {
  return path === undefined ? null : await readFile(path);
}
