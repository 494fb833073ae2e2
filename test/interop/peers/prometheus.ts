import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../shared_data.ts';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

const FOLDER = join(ROOT, 'docker', 'prometheus');
const vector = z.object({
  result: z.array(z.object({ value: z.tuple([z.number(), z.string()]).readonly() })),
});
const rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
});

/** A running Prometheus with the configuration of docker/prometheus. */
export interface Prometheus {
  /** The values of an instant query. */
  query(text: string): Promise<readonly number[]>;
  /** What becomes of each rule: `ok` once it was evaluated. */
  rules(): Promise<readonly { readonly name: string; readonly health: string }[]>;
  /** Ends it and removes all it wrote. */
  dispose(): Promise<void>;
}

/** Starts Prometheus, which asks `target` (`127.0.0.1:PORT`) each second in place of compose's gateway. */
export async function startPrometheus(binary: string, target: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-prometheus-'));
  cpSync(FOLDER, folder, { recursive: true });
  const config = join(folder, 'prometheus.yaml');
  const own = readFileSync(config, 'utf8')
    .replace('gateway:8889', target)
    .replace('scrape_interval: 15s', 'scrape_interval: 1s\n  evaluation_interval: 1s');
  writeFileSync(config, own);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--web.listen-address=${address}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log = capture(child.stderr);
  const dispose = async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = async <T>(path: string, data: z.ZodType<T>): Promise<T> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return z.object({ data }).parse(await answer.json()).data;
  };
  try {
    await until('Prometheus is ready', async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
      const answer = await fetch(`http://${address}/-/ready`).catch(() => undefined);
      return answer?.ok === true;
    });
  } catch (error) {
    await dispose();
    throw new Error(`${String(error)}\n${log()}`, { cause: error });
  }
  return {
    query: async (text) => {
      const { result } = await ask(`query?${new URLSearchParams({ query: text }).toString()}`, vector);
      return result.map(({ value }) => Number(value[1]));
    },
    rules: async () => (await ask('rules', rules)).groups.flatMap((group) => group.rules),
    dispose,
  };
}
