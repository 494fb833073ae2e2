import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enable, eventsOf, FILE, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged, skipped } from '../finding.ts';
import {
  consumerOf,
  control,
  type Observed,
  observe,
  PATIENCE,
  pause,
  settings,
  withSession,
} from '../observe.ts';
import { need, product } from '../product.ts';

const WANTED = [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })];

/** CloseTrace from this thread, while another is in ProcessTrace and nothing comes. */
export async function close(): Promise<readonly Finding[]> {
  return withSession(settings({ flushMilliseconds: 60_000 }), async (session) => {
    const consumer = consumerOf(session.name, {});
    const alive = setInterval(() => undefined, 1000);
    const opened = await consumer.start();
    await pause(500);
    const began = performance.now();
    await consumer.stop(0);
    clearInterval(alive);
    const took = Math.round(performance.now() - began);
    const end = await Promise.race([consumer.ended, Promise.resolve(undefined)]);
    const wrong =
      opened !== 'opened'
        ? (opened.error?.message ?? 'it did not open')
        : end?.defect !== undefined || took > 500
          ? `ProcessTrace had not returned after ${took} ms`
          : undefined;
    return [judged('close', wrong, `ProcessTrace returned ${took} ms after CloseTrace`, { end })];
  });
}

/** Stopping a session hands over what waits in its buffers, and soon. */
export async function stop(): Promise<readonly Finding[]> {
  let pid = -1;
  const seen = await observe({
    settings: { flushMilliseconds: 60_000 },
    providers: WANTED,
    act: () => {
      pid = markedProcess().pid;
    },
  });
  const came = eventsOf(seen).some((event) => tellsOf(event, pid));
  const took = Math.round(seen.stopMilliseconds);
  const wrong = !came
    ? 'the last events did not come'
    : took > 2000
      ? `it took ${took} ms`
      : seen.end.status !== 0
        ? `ProcessTrace ended with ${seen.end.status}`
        : undefined;
  return [
    judged('stop', wrong, `the last events came, and the end after ${took} ms`),
    balance('balance', seen),
  ];
}

/** A slow reader of a small session: losses are counted, marked, and the buffers add up. */
export async function losses(): Promise<readonly Finding[]> {
  const folder = tmpdir();
  const seen = await observe({
    settings: { bufferSizeKiB: 4, minimumBuffers: 2, maximumBuffers: 4 },
    providers: [enable(FILE)],
    ringSize: 65_536,
    maxBlock: 3000,
    slow: true,
    act: () => {
      for (let i = 0; i < 1000 * PATIENCE; i++) touch(join(folder, `sigel-verify-${process.pid}`));
    },
  });
  const { eventsLost, realTimeBuffersLost } = seen.facts;
  const { bufferMarks, eventMarks } = seen.counters;
  const facts = { eventsLost, realTimeBuffersLost, ...seen.counters };
  const lost = eventsLost + realTimeBuffersLost;
  const sum = balance('loss-balance', seen);
  if (lost === 0) return [skipped('loss-marks', 'nothing was lost: the load was too small to tell'), sum];
  const wrong = bufferMarks + eventMarks === 0 ? 'Windows counts losses, and no buffer is marked' : undefined;
  return [judged('loss-marks', wrong, 'losses are counted and marked', facts), sum];
}

function touch(path: string): void {
  const file = openSync(path, 'w');
  writeSync(file, 'sigel');
  closeSync(file);
  readFileSync(path);
  rmSync(path);
}

// Exactly, or with the header buffer counted on one side only: then the product is to be changed.
function balance(point: string, { facts, counters, path }: Observed): Finding {
  const { buffersWritten, realTimeBuffersLost } = facts;
  const off = buffersWritten - counters.delivered - realTimeBuffersLost;
  const numbers = { path, buffersWritten, realTimeBuffersLost, ...counters, off };
  const wrong =
    off === 0
      ? undefined
      : `BuffersWritten is ${Math.abs(off)} ${off > 0 ? 'more' : 'less'} than delivered and lost` +
        (off === -1 ? ' (the header buffer does not count)' : '');
  return judged(point, wrong, 'BuffersWritten = delivered + RealTimeBuffersLost', numbers);
}

/** What a consumer refused, or left behind, is there for the next one. */
export async function next(): Promise<readonly Finding[]> {
  return withSession(settings({ flushMilliseconds: 1000 }), async (session) => {
    for (const provider of WANTED) product.enableProvider(control, session.handle, provider);
    const first = consumerOf(session.name, {});
    await first.start();
    await first.stop(0);
    const { pid } = markedProcess();
    await pause(1500);
    const buffers: Uint8Array[] = [];
    const second = consumerOf(session.name, {});
    await second.start();
    await pause(1500);
    need(session.stop());
    await second.stop(2000);
    for (let length = second.ring.peek(); length >= 0; length = second.ring.peek()) {
      const bytes = new Uint8Array(length);
      second.ring.take(bytes);
      new DataView(bytes.buffer).setUint32(0, length, true);
      buffers.push(bytes);
    }
    const came = eventsOf({ buffers }).some((e) => tellsOf(e, pid));
    const wrong = came ? undefined : 'what happened between two consumers is lost';
    return [judged('next-consumer', wrong, 'what happened between two consumers came to the second')];
  });
}
