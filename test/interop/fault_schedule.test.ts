import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { repeatTrace } from '../bench/repeat.ts';
import { Random } from '../scenario/random.ts';
import { BATCH, eventsOf } from './fault_run.ts';
import { ON_ITS_WAY, type Scene, Scenes } from './fault_scene.ts';
import { NETWORK_FAULTS, type Network } from './network_faults.ts';
import { ensureCollector } from './peers/collector_build.ts';
import type { RunningSigel } from './sigel.ts';

// Faults of all kinds, one after the other as chance has it, while Sigel reads a trace with `storage` and sends it through a
// queue on disk. SIGEL_FAULT_SEED repeats a schedule, SIGEL_FAULT_SECONDS makes it longer.
const SECONDS = Number(process.env['SIGEL_FAULT_SECONDS'] ?? 180);
const SEED = Number(process.env['SIGEL_FAULT_SEED'] ?? Date.now() % 1_000_000);
/** Bytes a second through the network: the trace outlasts the faults. */
const RATE = 256 << 10;
/** A record is about so many bytes on its way, at least. */
const LEAST_RECORD = 500;
/** What the receiver has handed on and not yet noted as settled: bytes of events, and how few of them a record is. */
const WINDOW = 64 << 10;
const LEAST_EVENT = 48;

/** What one run may take. */
const LONG = { patience: (SECONDS + 300) * 1000 };

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;
const scenes = await Scenes.open(peer);
after(() => scenes.close());
after(() => scenes.end());

/** The scene, and the Sigel that runs now. */
interface Stage extends Scene, Network {
  running: RunningSigel;
}

const FAULTS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  ...NETWORK_FAULTS,
  'Sigel is killed': kill,
  'both are killed': async (stage) => {
    await stage.collector.kill();
    await kill(stage);
    await stage.collector.start();
  },
  'the end is slow': async ({ sink, pause }) => {
    sink.answer = () => ({ delayMs: 700 });
    await pause(1000, 3000);
    sink.answer = () => ({});
  },
  'the end refuses': async ({ sink, pause }) => {
    sink.answer = () => ({ code: status.UNAVAILABLE });
    await pause(500, 2000);
    sink.answer = () => ({ code: status.RESOURCE_EXHAUSTED, retryDelayMs: 50 });
    await pause(500, 2000);
    sink.answer = () => ({});
  },
};

async function kill(stage: Stage): Promise<void> {
  const { child, ended } = stage.running;
  assert.equal(child.exitCode, null, 'Sigel runs as long as there are faults');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await ended;
  stage.running = stage.start({}, LONG);
}

test(`random faults for ${SECONDS} s, seed ${SEED}: nothing is lost`, { skip }, async (t) => {
  const trace = join(scenes.folder, 'long.etl');
  const story = readFileSync(scenes.trace);
  const rounds = Math.ceil((SECONDS * RATE) / LEAST_RECORD / scenes.sent.size);
  repeatTrace(story, trace, rounds * story.length);
  scenes.sent = await eventsOf(trace);

  const storage = { directory: join(scenes.folder, 'storage') };
  const receiver = { storage: 'file_storage', max_in_flight: WINDOW };
  const way = { trace, storage, receiver, queue: { queue_size: 8 }, exporter: { timeout: '1s' } };
  const scene = await scenes.setUp({}, way);
  scene.proxy.limit(RATE);
  const random = new Random(SEED);
  const pause = (least: number, most: number) => sleep(random.integer(least, most));
  const stage: Stage = { ...scene, running: scene.start({}, LONG), rate: RATE, pause };

  const names = Object.keys(FAULTS);
  const happened: string[] = [];
  const began = performance.now();
  while (performance.now() - began < SECONDS * 1000) {
    await pause(300, 2500);
    const name = names[random.integer(0, names.length)] ?? '';
    happened.push(name);
    await FAULTS[name]?.(stage);
  }
  assert.equal(stage.running.child.exitCode, null, 'there was something to send all the time');
  scene.proxy.limit(Number.POSITIVE_INFINITY);
  t.diagnostic(`seed ${SEED}: ${happened.length} faults`);
  const again = 4 * ON_ITS_WAY + WINDOW / LEAST_EVENT + 2 * BATCH;
  scenes.verify(t, await stage.running.ended, scene.sink.uids, happened.length * again);
});
