/**
 * Runs the inputs in a thread of its own, so that one that never ends can be told and stopped. Posts a
 * {@link Report} before and after each.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../scenario/random.ts';
import { type Input, inputs } from './inputs.ts';

/** What the worker says of one input. */
export type Report =
  | { readonly kind: 'begins'; readonly name: string }
  | {
      readonly kind: 'ends';
      readonly name: string;
      readonly cpuMs: number;
      readonly problem: string | undefined;
      /** Whether damage was certain to be seen, and was. */
      readonly seen: boolean;
      /** Of the process, in MiB. */
      readonly rssMib: number;
    };

const { seed, count }: { seed: number; count: number } = workerData;
let done = 0;
for (const input of inputs(new Random(seed))) {
  if (++done > count) break;
  const name = `#${done} of seed ${seed}: ${input.name}`;
  post({ kind: 'begins', name });
  post(judge(name, input));
}

function judge(name: string, input: Input): Report {
  const began = process.threadCpuUsage();
  let problem: string | undefined;
  let seen = false;
  try {
    const { refused, damagedBuffers } = input.run();
    seen = input.certain && (refused !== undefined || damagedBuffers > 0);
    if (input.certain && !seen) problem = 'the damage was not counted';
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.threadCpuUsage(began);
  const rssMib = process.memoryUsage.rss() / 2 ** 20;
  return { kind: 'ends', name, cpuMs: (user + system) / 1000, problem, seen, rssMib };
}

function post(report: Report): void {
  // A message port has no origin; the rule takes it for a window.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(report);
}
