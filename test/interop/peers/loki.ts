import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../shared_data.ts';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

const CONFIG = join(ROOT, 'docker', 'loki', 'loki.yaml');
/** It says that it is not ready for 15 s after it has become so. */
const PATIENCE_MS = 3 * 60_000;

/** A stream, or a series, that Loki answers with. */
export interface LokiResult {
  readonly labels: Readonly<Record<string, string>>;
  /** Lines of a stream with their times; numbers, as text, of a series. */
  readonly values: readonly string[];
}

/** A running Loki with the configuration of docker/loki. */
export interface Loki {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /**
   * What a query in LogQL finds between two times, unix seconds: at the end of it where it is about numbers. Rejects with
   * what Loki says of a query that is wrong.
   */
  query(text: string, from: number, to: number): Promise<readonly LokiResult[]>;
  /** The names of index labels between two times. */
  labels(from: number, to: number): Promise<readonly string[]>;
  /** Ends it and removes all it wrote. */
  dispose(): Promise<void>;
}

/** Starts Loki; rejects with its log when it does not come up. */
export async function startLoki(binary: string): Promise<Loki> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-loki-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    LOKI_PATH: folder,
    LOKI_PORT: String(port),
    LOKI_GRPC_PORT: String(await freePort()),
  };
  const child = spawn(binary, [`-config.file=${CONFIG}`, '-config.expand-env=true'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  const log = capture(child.stderr);
  const dispose = async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`Loki ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    return answer?.ok === true;
  };
  try {
    await until('Loki is ready', isReady, PATIENCE_MS);
  } catch (error) {
    await dispose();
    throw new Error(`${String(error)}\n${log()}`, { cause: error });
  }
  return {
    url,
    dispose,
    query: (text, from, to) => query(url, text, from, to),
    labels: async (from, to) => {
      const { data } = await asked(`${url}/loki/api/v1/labels?start=${from}&end=${to}`);
      return data as readonly string[];
    },
  };
}

interface Answer {
  readonly data: unknown;
}
interface Found {
  readonly resultType: 'streams' | 'vector';
  readonly result: readonly {
    readonly stream?: Readonly<Record<string, string>>;
    readonly metric?: Readonly<Record<string, string>>;
    readonly values?: readonly (readonly [time: string, line: string])[];
    readonly value?: readonly [time: number, value: string];
  }[];
}

async function query(url: string, text: string, from: number, to: number): Promise<readonly LokiResult[]> {
  // Numbers are asked for at a time, lines of a time.
  const isLines = text.trimStart().startsWith('{');
  const times = isLines ? { start: from, end: to, limit: 1000 } : { time: to };
  const options = new URLSearchParams({ query: text });
  for (const [name, value] of Object.entries(times)) options.set(name, String(value));
  const path = isLines ? 'query_range' : 'query';
  const { data } = await asked(`${url}/loki/api/v1/${path}?${options.toString()}`);
  return (data as Found).result.map(({ stream, metric, values, value }) => ({
    labels: stream ?? metric ?? {},
    values: values?.map(([, line]) => line) ?? (value === undefined ? [] : [value[1]]),
  }));
}

async function asked(url: string): Promise<Answer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
