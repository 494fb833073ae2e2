import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scenario } from '../../../test/scenario/scenario.ts';
import { memorySource } from '../../etl/open.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Clock } from '../clock.ts';
import { BUFFER_HEADER_SIZE } from '../constants.ts';
import { Decoder } from '../decoder.ts';
import type { EventView } from '../event_view.ts';
import { TraceStream } from '../trace.ts';
import { indexTrace, type TraceIndex } from '../trace_file.ts';
import { LiveMerge } from './live_merge.ts';

const FLUSH = 1000;

function indexed(trace: Uint8Array): TraceIndex {
  const index = indexTrace(memorySource(trace));
  assert.ok(typeof index !== 'string');
  return index;
}

/** A story on four processors, told to two sessions. */
function twoSessions(): TraceIndex[] {
  const story = scenario({ kernel: 'separate', cpus: 4, session: { bufferSize: 8192 } });
  const shell = story.process('cmd.exe');
  for (let i = 0; i < 200; i++) {
    story.after(i % 50 === 0 ? '800ms' : '7ms');
    if (i % 25 === 0) story.flushes();
    shell.starts(`C:\\Windows\\System32\\whoami.exe /n ${i}`).exits(0);
  }
  return [indexed(story.trace()), indexed(story.kernelTrace())];
}

/** The buffers of a trace up to their filled ends, in the order in which the kernel flushed them. */
function buffersOf({ source, byProcessor }: TraceIndex): { time: number; bytes: Uint8Array }[] {
  return [...byProcessor.values()]
    .flat()
    .map(({ position, stored }) => {
      const bytes = new Uint8Array(stored);
      source.read(position, bytes);
      const view = new DataView(bytes.buffer);
      const filled = view.getUint32(0x30, true);
      const time = Number(view.getBigInt64(0x10, true));
      return { time, bytes: bytes.subarray(0, filled) };
    })
    .sort((a, b) => a.time - b.time);
}

const line = (e: EventView): string =>
  `${e.ticks} ${e.providerName} ${e.id}/${e.opcode} cpu ${e.cpu} pid ${e.pid}`;

function inOrder(traces: readonly TraceIndex[]): string[] {
  const stream = new TraceStream(traces, new Decoder(Catalogue.shipped()));
  const lines: string[] = [];
  for (let event = stream.next(); event !== undefined; event = stream.next()) lines.push(line(event));
  return lines;
}

class Live {
  time = 0;
  behind = false;
  readonly damages: string[] = [];
  readonly lines: string[] = [];
  readonly merge: LiveMerge;
  readonly #sessions = new Map<TraceIndex, object>();

  constructor(traces: readonly TraceIndex[], maxHeld = 64 * 1024 * 1024) {
    this.merge = new LiveMerge({
      decoder: new Decoder(Catalogue.shipped()),
      maxHeld,
      onDamage: (message) => this.damages.push(message),
      now: () => this.time,
    });
    const clock = traces[0] === undefined ? assert.fail() : Clock.of(traces[0].header);
    for (const [rank, trace] of traces.entries()) {
      const session = { rank, clock, flushMilliseconds: FLUSH, behind: () => this.behind && rank > 0 };
      this.#sessions.set(trace, this.merge.add(session));
    }
  }

  put(trace: TraceIndex, bytes: Uint8Array): void {
    const buffer = this.merge.allocate(bytes.length);
    buffer.set(bytes);
    this.merge.put(this.#sessions.get(trace) ?? assert.fail(), buffer);
    this.take();
  }

  take(): void {
    this.merge.refresh();
    for (let event = this.merge.next(); event !== undefined; event = this.merge.next())
      this.lines.push(line(event));
  }

  end(): void {
    this.merge.drain();
    this.take();
  }
}

describe('live merge', () => {
  const traces = twoSessions();
  const [first = assert.fail()] = traces;
  const whole = inOrder(traces);
  const buffers = traces
    .flatMap((trace) => buffersOf(trace).map(({ time, bytes }) => ({ trace, time, bytes })))
    .sort((a, b) => a.time - b.time);

  test('gives what a recording gives, in the same order, long before the end', () => {
    const live = new Live(traces);
    for (const { trace, bytes } of buffers) live.put(trace, bytes);
    const before = live.lines.length;
    live.end();
    assert.deepEqual(live.lines, whole);
    assert.ok(before > whole.length / 2, `${before} of ${whole.length} before the end`);
    assert.equal(live.merge.late, 0);
    assert.equal(live.merge.damaged, 0);
  });

  test('what waits goes on when nothing comes for a flush interval', () => {
    const live = new Live(traces);
    for (const { trace, bytes } of buffers) live.put(trace, bytes);
    assert.ok(live.lines.length < whole.length);
    live.time = FLUSH + 201;
    live.take();
    assert.deepEqual(live.lines, whole);
  });

  test('a session that is behind holds the others back', () => {
    const live = new Live(traces);
    live.behind = true;
    for (const { trace, bytes } of buffers) if (trace === first) live.put(trace, bytes);
    live.time = 10 * FLUSH;
    live.take();
    assert.equal(live.lines.length, 0);
    for (const { trace, bytes } of buffers) if (trace !== first) live.put(trace, bytes);
    live.behind = false;
    live.time += 2 * FLUSH;
    live.take();
    assert.deepEqual(live.lines, whole);
  });

  test('a buffer that comes too late goes on at once, and is counted', () => {
    const live = new Live(traces);
    const held = buffers.findIndex(({ bytes }) => bytes[0x36] === 0);
    for (const { trace, bytes } of buffers.toSpliced(held, 1)) live.put(trace, bytes);
    const { trace, bytes } = buffers[held] ?? assert.fail();
    live.put(trace, bytes);
    live.end();
    assert.deepEqual(live.lines.toSorted(), whole.toSorted());
    assert.ok(live.merge.late > 0);
  });

  test('more than may wait goes on before its time', () => {
    const live = new Live(traces, 1);
    for (const { trace, bytes } of buffers) {
      live.put(trace, bytes);
      assert.equal(live.merge.full, false);
    }
    assert.deepEqual(live.lines.toSorted(), whole.toSorted());
  });

  test('memory is given back', () => {
    const live = new Live(traces);
    for (const { trace, bytes } of buffers) live.put(trace, bytes);
    live.end();
    assert.equal(live.merge.held, 0);
  });

  test('damage is counted and costs no other buffer', () => {
    const live = new Live(traces);
    for (const { trace, bytes } of buffers) live.put(trace, bytes);
    live.put(first, new Uint8Array(10));
    const lying = new Uint8Array(BUFFER_HEADER_SIZE);
    new DataView(lying.buffer).setUint32(0x30, 5000, true);
    live.put(first, lying);
    const broken = Uint8Array.from(buffers.at(-1)?.bytes ?? []);
    broken.fill(0x11, BUFFER_HEADER_SIZE);
    live.put(first, broken);
    live.end();
    assert.deepEqual(live.lines.toSorted(), whole.toSorted());
    assert.equal(live.merge.damaged, 3);
    assert.match(live.damages.join('\n'), /shorter than its header\n.*filled to 5000\nno event at offset 72/);
  });
});
