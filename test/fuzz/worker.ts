/**
 * Runs the damaged traces in a thread of its own, so that one that never ends can be told and stopped.
 * Posts a {@link Report} before and after each.
 */
import type { Buffer } from 'node:buffer';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../scenario/random.ts';
import { MUTATORS } from './mutators.ts';
import { readAll } from './read_all.ts';
import { sources } from './sources.ts';

/** What the worker says of one damaged trace. */
export type Report =
  | { readonly kind: 'begins'; readonly name: string }
  | {
      readonly kind: 'ends';
      readonly name: string;
      readonly cpuMs: number;
      readonly problem: string | undefined;
      /** Whether damage was certain to be seen, and was. */
      readonly seen: boolean;
    };

const { seed, count }: { seed: number; count: number } = workerData;
const random = new Random(seed);
const originals = sources();
const names = Object.keys(MUTATORS);

for (let done = 0; done < count; ) {
  const trace = pick(originals);
  const name = pick(names);
  const mutant = MUTATORS[name]?.(trace, random, pick(originals));
  if (mutant === undefined) continue;
  done++;
  const title = `#${done} of seed ${seed}: ${name} in trace ${originals.indexOf(trace)}`;
  post({ kind: 'begins', name: title });
  post(judge(title, mutant.bytes, mutant.certain));
}

function judge(name: string, bytes: Buffer, certain: boolean): Report {
  const began = process.threadCpuUsage();
  let problem: string | undefined;
  let seen = false;
  try {
    const { refused, damagedBuffers } = readAll(bytes);
    seen = certain && (refused !== undefined || damagedBuffers > 0);
    if (certain && !seen) problem = 'the damage was not counted';
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.threadCpuUsage(began);
  return { kind: 'ends', name, cpuMs: (user + system) / 1000, problem, seen };
}

function pick<T>(list: readonly T[]): T {
  const chosen = list[random.integer(0, list.length)];
  if (chosen === undefined) throw new Error('an empty list');
  return chosen;
}

function post(report: Report): void {
  // A message port has no origin; the rule takes it for a window.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(report);
}
