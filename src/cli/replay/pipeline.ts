import { stringify } from 'yaml';
import type { Signal } from '../../component.ts';
import { ResourceAttr } from '../../model/attributes.ts';

/** What a replay is asked for. */
export interface ReplayOptions {
  readonly files: readonly string[];
  readonly format: 'table' | 'json' | undefined;
  /** HOST:PORT, with https:// for TLS. */
  readonly otlp: string | undefined;
  /** What is sent there. */
  readonly signals: readonly Signal[];
  readonly compression: 'gzip' | 'none';
  readonly all: boolean;
  /** Lines of the table; 0 for all. */
  readonly limit: number;
  /** Sigma rules: files, folders and globs. */
  readonly rules: readonly string[];
  /** Folders of signatures that are code. */
  readonly signatures: readonly string[];
  /** Where to write the ledger as JSON. */
  readonly ledger: string | undefined;
  readonly verbose: boolean;
  /** The journal that says whose processes were in which container. */
  readonly containers: string | undefined;
  /** The host that was recorded; undefined where nothing says so. */
  readonly host: string | undefined;
}

/** What `--rules` calls the rules that Sigel brings. */
const BUILTIN = 'builtin';

/** The configuration that a replay stands for, as YAML: the same components as in a service. */
export function replayPipeline(options: ReplayOptions): string {
  const { files, format, otlp, compression, all, limit, verbose, containers, host, rules, signatures } =
    options;
  const sends = (signal: Signal) => otlp !== undefined && options.signals.includes(signal);
  const exporters: Record<string, unknown> = {};
  if (format === 'table') exporters['table'] = { all, limit, containers: containers !== undefined };
  if (format === 'json') exporters['file'] = { path: '-' };
  if (otlp !== undefined) {
    exporters['otlp_grpc'] = { endpoint: otlp, compression, tls: { insecure: !otlp.startsWith('https://') } };
  }
  const isLog = (file: string): boolean => /\.evtx$/i.test(file);
  const traces = files.filter((file) => !isLog(file)).map(literal);
  const logs = files.filter(isLog).map(literal);
  const receivers: Record<string, unknown> = {};
  if (traces.length > 0) receivers['etl'] = { include: traces };
  if (logs.length > 0) receivers['evtx'] = { include: logs };
  const processors: Record<string, unknown> = {};
  // Traces do not name it, and it is part of what processes are known by.
  if (host !== undefined)
    processors['resource'] = {
      attributes: [{ key: ResourceAttr.hostName.name, value: literal(host), action: 'insert' }],
    };
  // Rules and traces ask for the parent of a process, and much else that its start alone told.
  const isJudged = rules.length + signatures.length > 0;
  if (containers !== undefined || isJudged || sends('traces')) processors['process'] = {};
  if (containers !== undefined) processors['container_attribution'] = { journal: literal(containers) };
  if (isJudged) {
    const own = rules.filter((path) => path !== BUILTIN).map(literal);
    processors['signature'] = {
      builtin: rules.includes(BUILTIN),
      rules: own,
      signatures: signatures.map(literal),
      max_per_minute: 0,
    };
  }
  const takers = Object.keys(exporters).filter((id) => id !== 'otlp_grpc' || sends('logs'));
  return stringify({
    receivers,
    processors,
    exporters,
    ...(sends('traces') && { connectors: { process_trace: {} } }),
    service: {
      telemetry: { logs: { level: verbose ? 'debug' : 'info' } },
      pipelines: {
        logs: {
          receivers: Object.keys(receivers),
          processors: Object.keys(processors),
          exporters: sends('traces') ? [...takers, 'process_trace'] : takers,
        },
        ...(sends('traces') && { traces: { receivers: ['process_trace'], exporters: ['otlp_grpc'] } }),
      },
    },
  });
}

/** A dollar in a file's name is no reference. */
function literal(path: string): string {
  return path.replaceAll('$', '$$$$');
}
