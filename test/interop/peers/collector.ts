import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

/** What a Collector under test is to do. */
export interface CollectorOptions {
  /** The binary, see collector_build.ts. */
  readonly path: string;
  /** `file` keeps what arrives as OTLP JSON lines (it appends, so a restart loses nothing); `nop` drops it. */
  readonly sink?: 'file' | 'nop';
  /** What it takes OTLP over; gRPC unless given. */
  readonly protocol?: 'grpc' | 'http';
  /** Largest message it takes, in MiB; its own default is 4. */
  readonly maxRecvMsgSizeMib?: number;
  /** Where it sends traces on, over OTLP/gRPC: HOST:PORT; it drops them unless given. */
  readonly tracesTo?: string;
}

/** A running Collector: one OTLP receiver on loopback, a pipeline for logs and one for traces. */
export interface Collector {
  /** `127.0.0.1:PORT`; the same after a restart. */
  readonly endpoint: string;
  readonly port: number;
  /** Where the file exporter writes; complete after {@link Collector.stop}. */
  readonly file: string;
  /** Its process id while it runs. */
  pid(): number | undefined;
  /** Graceful stop: it finishes the calls it has and flushes the file. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same file. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  dispose(): Promise<void>;
  log(): string;
}

/** Starts a Collector and waits until it takes connections. Rejects with its log when it does not come up. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-collector-'));
  const file = join(folder, 'records.jsonl');
  const port = await freePort();
  const config = join(folder, 'collector.yaml');
  writeFileSync(config, configuration(options, port, file));
  let child: ChildProcess | undefined;
  let log = () => '';

  const start = async () => {
    const started = spawn(options.path, ['--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    capture(started.stdout);
    log = capture(started.stderr);
    child = started;
    const ready = () => {
      if (started.exitCode !== null)
        throw new Error(`the Collector ended with ${started.exitCode}:\n${log()}`);
      return log().includes('Everything is ready');
    };
    try {
      await until('the Collector is ready', ready);
    } catch (error) {
      await stop(started);
      throw new Error(`${String(error)}\n${log()}`, { cause: error });
    }
  };
  const halt = async () => {
    if (child !== undefined) await stop(child);
    child = undefined;
  };
  const dispose = async () => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    endpoint: `127.0.0.1:${port}`,
    port,
    file,
    pid: () => child?.pid,
    stop: halt,
    start,
    dispose,
    log: () => log(),
  };
}

function configuration(options: CollectorOptions, port: number, file: string): string {
  const sink = options.sink ?? 'file';
  const limit =
    options.maxRecvMsgSizeMib === undefined
      ? ''
      : `\n        max_recv_msg_size_mib: ${options.maxRecvMsgSizeMib}`;
  const logs = sink === 'nop' ? '' : `\n  file:\n    path: ${file}\n    append: true`;
  const { tracesTo } = options;
  const traces =
    tracesTo === undefined ? '' : `\n  otlp:\n    endpoint: ${tracesTo}\n    tls: { insecure: true }`;
  return `receivers:
  otlp:
    protocols:
      ${options.protocol ?? 'grpc'}:
        endpoint: 127.0.0.1:${port}${limit}
exporters:
  nop:${logs}${traces}
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    logs:
      receivers: [otlp]
      exporters: [${sink}]
    traces:
      receivers: [otlp]
      exporters: [${tracesTo === undefined ? 'nop' : 'otlp'}]
`;
}
