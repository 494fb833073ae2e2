import { stringify } from 'yaml';

/** What a replay is asked for. */
export interface ReplayOptions {
  readonly files: readonly string[];
  readonly format: 'table' | 'json' | undefined;
  /** HOST:PORT, with https:// for TLS. */
  readonly otlp: string | undefined;
  readonly compression: 'gzip' | 'none';
  readonly all: boolean;
  /** Lines of the table; 0 for all. */
  readonly limit: number;
  /** Sigma rules: files, folders and globs. */
  readonly rules: readonly string[];
  /** Where to write the ledger as JSON. */
  readonly ledger: string | undefined;
  readonly verbose: boolean;
}

/** The configuration that a replay stands for, as YAML: the same components as in a service. */
export function replayPipeline(options: ReplayOptions): string {
  const { files, format, otlp, compression, all, limit, verbose, rules } = options;
  const exporters: Record<string, unknown> = {};
  if (format === 'table') exporters['table'] = { all, limit };
  if (format === 'json') exporters['file'] = { path: '-' };
  if (otlp !== undefined) {
    exporters['otlp_grpc'] = { endpoint: otlp, compression, tls: { insecure: !otlp.startsWith('https://') } };
  }
  // A dollar in a file's name is no reference.
  const plain = (file: string): string => file.replaceAll('$', '$$$$');
  const include = files.map(plain);
  // Rules ask for the parent of a process, and much else that its start alone told.
  const processors = rules.length === 0 ? {} : { process: {}, signature: { rules: rules.map(plain) } };
  return stringify({
    receivers: { etl: { include } },
    processors,
    exporters,
    service: {
      telemetry: { logs: { level: verbose ? 'debug' : 'info' } },
      pipelines: {
        logs: { receivers: ['etl'], processors: Object.keys(processors), exporters: Object.keys(exporters) },
      },
    },
  });
}
