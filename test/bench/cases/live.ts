import { join } from 'node:path';
import { ROOT } from '../../interop/shared_data.ts';
import type { WindowsBench } from '../../windows/peers/bench.ts';
import { Standin } from '../../windows/peers/standin.ts';
import type { LiveAnswer, LiveWish } from '../../windows/programs/bench_live_wish.ts';
import type { Sample } from '../measure.ts';

/** What the stand-in plays. */
export interface LiveTrace {
  readonly bytes: Uint8Array;
  /** Events of the header buffer, which comes once. */
  readonly headerEvents: number;
  /** Those of all other buffers. */
  readonly events: number;
  /** Bytes of its buffers. */
  readonly bufferSize: number;
}

/** How far events go and how they are taken. */
export type LiveCase = Pick<LiveWish, 'stage' | 'consumption'>;

const PROGRAM = join(ROOT, 'test', 'windows', 'programs', 'bench_live.ts');

/**
 * Runs bench_live.ts in node.exe on a fresh machine of the stand-in (`library`), which plays the trace
 * `rounds` times as fast as it is taken. The CPU time is the whole process's, with the stand-in's threads.
 * A run that lost or dropped anything fails.
 */
export async function runLive(
  bench: WindowsBench,
  library: string,
  trace: LiveTrace,
  live: LiveCase,
  rounds: number,
): Promise<Sample> {
  const standin = new Standin(library);
  try {
    standin.play(trace.bytes);
    // The receiver would begin anew where a session ends by itself; it is stopped instead.
    const ends = live.stage === 'callback' || live.stage === 'ring';
    standin.control({ rate: 0, loop: rounds, end: ends ? 1 : 0 });
    const { bufferSize } = trace;
    const wish: LiveWish = { ...live, events: trace.headerEvents + rounds * trace.events, bufferSize };
    const { code, stdout, stderr } = await bench.runScript(PROGRAM, [bench.folder, JSON.stringify(wish)], {
      env: standin.env,
    });
    if (code !== 0) throw new Error(`it ended with ${code}:\n${stderr}`);
    return sampleOf(JSON.parse(stdout) as LiveAnswer, wish);
  } finally {
    standin.dispose();
  }
}

function sampleOf(answer: LiveAnswer, wish: LiveWish): Sample {
  const { events, lost, seconds, cpuSeconds, busy, blockedSeconds, rssMib } = answer;
  if (lost !== 0 || events !== wish.events)
    throw new Error(`${events} of ${wish.events} events came through, ${lost} were lost or dropped`);
  const perSecond = `${(events / seconds / 1000).toFixed(0)} k/s by the clock`;
  const waits = `the reader ${(100 * busy).toFixed(0)} % busy, ETW's thread waited ${blockedSeconds.toFixed(1)} s`;
  return {
    units: events,
    cpuSeconds,
    rssMib,
    note: wish.stage === 'callback' ? perSecond : `${perSecond}, ${waits}`,
  };
}
