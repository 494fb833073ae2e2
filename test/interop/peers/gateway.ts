import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../shared_data.ts';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

/** A Collector that runs with a configuration of docker/collector. */
export interface Gateway {
  /** Where it takes OTLP over gRPC: `127.0.0.1:PORT`. */
  readonly endpoint: string;
  log(): string;
  /** Graceful: what it has it delivers. */
  stop(): Promise<void>;
}

/** Starts a Collector with a file of docker/collector and an environment; rejects with its log when it does not come up. */
export async function startGateway(
  binary: string,
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<Gateway> {
  const endpoint = `127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ['--config', join(ROOT, 'docker', 'collector', file)], {
    env: { ...process.env, OTLP_ENDPOINT: endpoint, METRICS_LEVEL: 'none', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = capture(child.stderr);
  try {
    await until('the gateway is ready', () => {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
      return log().includes('Everything is ready');
    });
  } catch (error) {
    await stop(child);
    throw new Error(`${String(error)}\n${log()}`, { cause: error });
  }
  return { endpoint, log, stop: () => stop(child) };
}
