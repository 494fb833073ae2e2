import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenario } from '../scenario/scenario.ts';
import { decodeLogs } from '../support/otlp_decode.ts';
import { OtlpServer, type OtlpServerOptions, type ServerAnswer } from '../support/otlp_server.ts';
import { readStored } from './otlp_json.ts';
import { type RunningSigel, type SigelOptions, startSigel } from './sigel.ts';

/** How often each event came, by its log.record.uid. */
export type Uids = Map<string, number>;

/** Writes a trace of so many processes that start and exit. */
export function writeStory(path: string, processes: number): void {
  const story = scenario();
  const shell = story.process('cmd.exe');
  for (let i = 0; i < processes; i++) {
    story.after('1ms');
    shell.starts(`C:\\Windows\\System32\\whoami.exe /number ${i}`).exits(0);
  }
  writeFileSync(path, story.trace());
}

/** What is between a trace and its peer. Keys as in a configuration, whose defaults they replace. */
export interface Way {
  readonly trace: string;
  readonly endpoint: string;
  readonly type?: 'otlp_grpc' | 'otlp_http';
  readonly receiver?: object;
  readonly exporter?: object;
  /** Of its sending_queue. */
  readonly queue?: object;
  readonly processors?: Readonly<Record<string, object>>;
  /** A `file_storage` with these keys keeps the exporter's queue; with `receiver.storage`, positions too. */
  readonly storage?: object;
  readonly service?: object;
}

/** Records of a batch. A queue of batches, of which a few are on their way at a time. */
export const BATCH = 128;
/** Batches on their way at a time. */
export const CONSUMERS = 4;

/** Starts Sigel on a way, configured in a folder. */
export function startOn(way: Way, folder: string, options: SigelOptions = {}): RunningSigel {
  const file = join(mkdtempSync(join(folder, 'run-')), 'sigel.yaml');
  writeFileSync(file, JSON.stringify(configuration(way)));
  return startSigel(['--config', file], { ledger: true, ...options });
}

function configuration(way: Way): object {
  const { trace, endpoint, type = 'otlp_grpc', processors = {}, storage } = way;
  const extensions = storage === undefined ? {} : { file_storage: storage };
  const kept = storage === undefined ? {} : { storage: 'file_storage', block_on_overflow: true };
  const isSecure = way.exporter !== undefined && 'tls' in way.exporter;
  const exporter = {
    endpoint: `${isSecure ? 'https' : 'http'}://${endpoint}`,
    compression: 'none',
    ...(isSecure ? {} : { tls: { insecure: true } }),
    retry_on_failure: { initial_interval: '50ms', max_interval: '200ms', max_elapsed_time: '0s' },
    sending_queue: { num_consumers: CONSUMERS, ...kept, ...way.queue },
    ...way.exporter,
  };
  return {
    extensions,
    receivers: { etl: { include: [trace], record_uid: true, batch_size: BATCH, ...way.receiver } },
    processors,
    exporters: { [type]: exporter },
    service: {
      extensions: Object.keys(extensions),
      pipelines: { logs: { receivers: ['etl'], processors: Object.keys(processors), exporters: [type] } },
      ...way.service,
    },
  };
}

/** The events of a trace, as a run to a file tells them. */
export async function eventsOf(trace: string): Promise<Uids> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-events-'));
  try {
    const path = join(folder, 'records.jsonl');
    const config = join(folder, 'sigel.yaml');
    const text = {
      receivers: { etl: { include: [trace], record_uid: true } },
      exporters: { file: { path } },
      service: { pipelines: { logs: { receivers: ['etl'], exporters: ['file'] } } },
    };
    writeFileSync(config, JSON.stringify(text));
    const run = await startSigel(['--config', config]).ended;
    assert.equal(run.code, 0, run.stderr);
    return await storedUids(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often each event is in a file of OTLP JSON lines. */
export async function storedUids(path: string): Promise<Uids> {
  const uids: Uids = new Map();
  for await (const { attributes } of readStored(path)) count(uids, attributes['log.record.uid']);
  return uids;
}

/** The end of a way: an OTLP/gRPC server that counts the events that it takes. */
export class Sink {
  readonly uids: Uids = new Map();
  readonly #server: OtlpServer;
  /** How it answers, until told otherwise. */
  answer: () => ServerAnswer = () => ({});

  private constructor(server: OtlpServer) {
    this.#server = server;
  }

  /** Listens on loopback. */
  static async start(options: Omit<OtlpServerOptions, 'answer'> = {}): Promise<Sink> {
    const answer = (_: number, message: Uint8Array) => sink.#take(message);
    const sink = new Sink(
      await OtlpServer.start({ maxMessageSize: 64 << 20, ...options, answer, forget: true }),
    );
    return sink;
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** How many records it has taken. */
  get taken(): number {
    return total(this.uids);
  }

  stop(): void {
    this.#server.stop();
  }

  #take(message: Uint8Array): ServerAnswer {
    const answer = this.answer();
    if ((answer.code ?? 0) !== 0) return answer;
    for (const { attributes } of decodeLogs(message))
      count(this.uids, attributes.find(([key]) => key === 'log.record.uid')?.[1]);
    return answer;
  }
}

/** The sum of all counts. */
export function total(uids: Uids): number {
  return [...uids.values()].reduce((sum, n) => sum + n, 0);
}

/** How sent and received compare, event by event. */
export interface Statement {
  readonly sent: number;
  /** Different events that were sent and came. */
  readonly received: number;
  /** Times that an event came again. */
  readonly twice: number;
  /** Events that came and were never sent. */
  readonly strange: number;
}

/** Compares what was sent with what came. */
export function compare(sent: Uids, came: Uids): Statement {
  const known = [...came].filter(([uid]) => sent.has(uid));
  return {
    sent: sent.size,
    received: known.length,
    twice: known.reduce((sum, [, n]) => sum + n - 1, 0),
    strange: came.size - known.length,
  };
}

/** A statement in words. */
export function inWords({ sent, received, twice }: Statement): string {
  return `${sent} sent, ${received} received, ${twice} of them again`;
}

function count(uids: Uids, uid: unknown): void {
  const key = typeof uid === 'string' ? uid : '(none)';
  uids.set(key, (uids.get(key) ?? 0) + 1);
}
