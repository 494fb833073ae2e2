import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { walkBuffer } from '../../src/windows/consumer/walk.ts';
import { haveTraces } from '../interop/shared_data.ts';
import { readBack } from '../scenario/read_back.ts';
import { scenario } from '../scenario/scenario.ts';
import { type WindowsBench, windowsBench } from '../windows/peers/bench.ts';
import { NODE_22, NODE_24 } from '../windows/peers/node.ts';
import { ensureStandin } from '../windows/peers/standin.ts';
import { type LiveCase, type LiveTrace, runLive } from './cases/live.ts';
import { runCase } from './measure.ts';
import type { Bench } from './run.ts';
import type { Goal } from './table.ts';

/** Of the receiver by whole buffers, on the recorded trace. A CPU-second buys less than a second of two cores, so this is the stricter. */
const GOAL: Goal = { atLeast: 300_000 };
const MIB = 16;
/** How often the trace is played: about 2.3 M events. */
const ROUNDS = 20;

const STAGES: readonly [stage: LiveCase['stage'], title: string][] = [
  ['callback', 'limit: an empty callback in node.exe'],
  ['ring', 'through the ring, read and dropped'],
  ['records', 'receiver etw: log records, accepted at once'],
  ['otlp', 'receiver etw: log records, encoded as OTLP'],
];

interface Place {
  readonly bench: Bench;
  readonly library: string;
  readonly trace: LiveTrace;
}

/** Live sessions: node.exe under Wine, with a stand-in for ETW that delivers as fast as it is taken from. */
export async function liveSection(bench: Bench): Promise<void> {
  const { trace, title, path } = traceOf(bench);
  bench.table.heading(`Live, under Wine, a stand-in for ETW in the same process: ${title}: events`);
  const standin = await ensureStandin();
  if (standin.kind === 'missing') return bench.table.skipped('all', standin.reason);
  const place = { bench, library: standin.path, trace };
  await bench.table.row('limit: decoded and mapped alone, no session, on this system', () =>
    runCase('decode', ['record', path, '1']),
  );
  await withNode(place, NODE_22, ['callback', 'ring', 'records', 'otlp']);
  await withNode(place, NODE_24, ['records']);
}

async function withNode(
  place: Place,
  version: typeof NODE_22 | typeof NODE_24,
  stages: readonly LiveCase['stage'][],
): Promise<void> {
  const windows = await windowsBench(version);
  if (windows.kind === 'missing') return place.bench.table.skipped(`node.exe ${version}`, windows.reason);
  try {
    for (const consumption of ['raw', 'record'] as const)
      for (const [stage, title] of STAGES)
        if (stages.includes(stage))
          await liveRow(place, windows.bench, { stage, consumption }, `node ${version}, ${title}`);
  } finally {
    windows.bench.dispose();
  }
}

async function liveRow(
  { bench, library, trace }: Place,
  windows: WindowsBench,
  live: LiveCase,
  title: string,
): Promise<void> {
  const path = live.consumption === 'raw' ? 'buffers' : 'records';
  const judged = haveTraces() && live.stage === 'records' && live.consumption === 'raw';
  const sample = () => runLive(windows, library, trace, live, ROUNDS);
  await bench.table.row(`${path}: ${title}`, sample, judged ? GOAL : undefined);
}

function traceOf(bench: Bench): { readonly trace: LiveTrace; readonly title: string; readonly path: string } {
  if (!haveTraces()) return generated(bench);
  const { path, events } = bench.repeated('kernel-process-w7', MIB);
  const trace = traceWith(readFileSync(path), events);
  const title = `kernel-process-w7, buffers of ${trace.bufferSize / 1024} KiB`;
  return { trace, title, path };
}

function traceWith(bytes: Buffer, events: number): LiveTrace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerEvents = walkBuffer(view, 0, bytes.readUInt32LE(0x30)).events;
  return { bytes, headerEvents, events: events - headerEvents, bufferSize: bytes.readUInt32LE(0) };
}

function generated(bench: Bench): ReturnType<typeof traceOf> {
  const s = scenario({ cpus: 4, images: true, session: { bufferSize: 65_536 } });
  const web = s.process({ commandLine: 'w3wp.exe -ap "Shop"', user: 'S-1-5-82-1' });
  for (let i = 0; i < 8000; i++) {
    s.after('1ms');
    const shell = web.starts(`cmd.exe /c whoami ${i}`);
    shell.connects('192.0.2.7', 3333);
    shell.exits(0);
  }
  const bytes = Buffer.from(s.trace());
  const path = join(bench.folder, 'generated.etl');
  writeFileSync(path, bytes);
  const trace = traceWith(bytes, readBack(bytes).events.length);
  return { trace, title: 'a generated trace, buffers of 64 KiB', path };
}
