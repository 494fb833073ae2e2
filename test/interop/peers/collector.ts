import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

/** Hands on to another OTLP/gRPC server on loopback, with a queue of so many requests, or without one at once. */
export interface Forwarding {
  readonly endpoint: string;
  readonly queueSize?: number;
}

/** What a Collector under test is to do. */
export interface CollectorOptions {
  /** The binary, see collector_build.ts. */
  readonly path: string;
  /**
   * `file` keeps what arrives as OTLP JSON lines (it appends, so an orderly restart loses nothing); `nop` drops it. One
   * that forwards without a queue has nothing of its own: it answers as the other server does.
   */
  readonly sink?: 'file' | 'nop' | Forwarding;
  /** What it takes OTLP over; gRPC unless given. */
  readonly protocol?: 'grpc' | 'http';
  /** Largest message it takes, in MiB; its own default is 4. */
  readonly maxRecvMsgSizeMib?: number;
  /** Where it sends traces on, over OTLP/gRPC: HOST:PORT; it drops them unless given. */
  readonly tracesTo?: string;
  /** More settings of that receiver's protocol. */
  readonly server?: Readonly<Record<string, unknown>>;
  /** Receivers to use instead of OTLP's. */
  readonly receivers?: Readonly<Record<string, unknown>>;
  /** Exporters to use instead of a sink's. */
  readonly exporters?: Readonly<Record<string, unknown>>;
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
  /** Log records that its receivers have accepted, by its own metrics. */
  accepted(): Promise<number>;
  /** Graceful stop: it finishes the calls it has and flushes the file. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
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
  const [port, metricsPort] = [await freePort(), await freePort()];
  const config = join(folder, 'collector.yaml');
  writeFileSync(config, JSON.stringify(configuration(options, { port, metricsPort, file })));
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
  const kill = async () => {
    if (child?.kill('SIGKILL') === true) await once(child, 'exit');
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
    accepted: () => acceptedBy(metricsPort),
    stop: halt,
    kill,
    start,
    dispose,
    log: () => log(),
  };
}

interface Places {
  readonly port: number;
  readonly metricsPort: number;
  readonly file: string;
}

function configuration(options: CollectorOptions, { port, metricsPort, file }: Places): object {
  const { sink = 'file', protocol = 'grpc', maxRecvMsgSizeMib: limit, server } = options;
  const size = limit === undefined ? {} : { max_recv_msg_size_mib: limit };
  const otlp = { protocols: { [protocol]: { endpoint: `127.0.0.1:${port}`, ...size, ...server } } };
  const { receivers = { otlp }, exporters = exporterOf(sink, file) } = options;
  const prometheus = { host: '127.0.0.1', port: metricsPort };
  const logs = { receivers: Object.keys(receivers), exporters: Object.keys(exporters) };
  const toTraces = exporterOfTraces(options.tracesTo);
  // Other receivers may have no traces.
  const traces = 'otlp' in receivers ? { receivers: ['otlp'], exporters: Object.keys(toTraces) } : undefined;
  return {
    receivers,
    exporters: { ...exporters, ...toTraces },
    service: {
      telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus } } }] } },
      pipelines: { logs, ...(traces && { traces }) },
    },
  };
}

async function acceptedBy(metricsPort: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  const lines = (await answer.text()).matchAll(/^otelcol_receiver_accepted_log_records\S* (\S+)$/gm);
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

function exporterOfTraces(endpoint: string | undefined): object {
  if (endpoint === undefined) return { 'nop/traces': {} };
  return { 'otlp_grpc/traces': { endpoint, tls: { insecure: true } } };
}

function exporterOf(sink: 'file' | 'nop' | Forwarding, file: string): object {
  if (sink === 'nop') return { nop: {} };
  if (sink === 'file') return { file: { path: file, append: true } };
  const queue =
    sink.queueSize === undefined
      ? { sending_queue: { enabled: false }, retry_on_failure: { enabled: false } }
      : { sending_queue: { queue_size: sink.queueSize, num_consumers: 1 } };
  return { otlp_grpc: { endpoint: sink.endpoint, tls: { insecure: true }, compression: 'none', ...queue } };
}
