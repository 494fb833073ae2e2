import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { event, session } from '../../../test/scenario/arbitraries.ts';
import { writeTrace } from '../../../test/scenario/etl_writer.ts';
import type { EventSpec } from '../../../test/scenario/event_headers.ts';
import { type ReadEvent, readBack } from '../../../test/scenario/read_back.ts';
import { scenario } from '../../../test/scenario/scenario.ts';
import { type FakeEtwOptions, fakeEtw, flushedBuffers } from '../../../test/support/fake_etw.ts';
import { storedBuffer } from '../recording/stored_buffer.ts';
import { type ConsumeMessage, type Consumption, consume } from './consume.ts';
import { makeRing, RingReader, RingWriter } from './ring.ts';

interface Consumed {
  readonly ring: RingReader;
  readonly messages: readonly ConsumeMessage[];
  /** What arrived, as a file has it. */
  readonly trace: Uint8Array;
}

function consumed(
  options: FakeEtwOptions,
  consumption: Consumption = 'auto',
  ringSize = 32 * 1024 * 1024,
): Consumed {
  const memory = makeRing(ringSize);
  const bufferSize = flushedBuffers(options.trace).reduce((size, buffer) => Math.max(size, buffer.length), 0);
  const messages: ConsumeMessage[] = [];
  const order = { session: 'test', consumption, bufferSize, maxBlock: 0 };
  consume(fakeEtw(options), order, new RingWriter(memory), (message) => messages.push(message));
  const ring = new RingReader(memory);
  const stored: Buffer[] = [];
  for (let length = ring.peek(); length >= 0; length = ring.peek()) {
    const buffer = new Uint8Array(length);
    ring.take(buffer);
    stored.push(storedBuffer(buffer, bufferSize + 1024));
  }
  return { ring, messages, trace: Buffer.concat(stored) };
}

// What the record path does not tell: a kernel header arrives as a classic one, absent ids as all ones.
function withoutForm({ kind, pid, tid, ...rest }: ReadEvent): unknown {
  const id = (value: number) => (value === -1 ? 0xffffffff : value);
  return { ...rest, kind: kind === 'kernel' ? 'classic' : kind, pid: id(pid), tid: id(tid) };
}

const forms = (trace: Uint8Array): unknown[] => readBack(trace).events.map(withoutForm);

// EVENT_DESCRIPTOR has a byte for the version of a classic event, its header two; and of kernel groups from
// 0x1f on no class is known.
function apiKnows(e: EventSpec): EventSpec {
  if ('group' in e) return { ...e, group: e.group % 0x1f };
  return 'version' in e ? { ...e, version: (e.version ?? 0) & 0xff } : e;
}

function story(): Uint8Array {
  const s = scenario({ cpus: 3, images: true, threads: true, session: { bufferSize: 16_384 } });
  const pod = s.container({
    session: 3,
    silo: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d',
    containerIdItems: 'ascii36',
  });
  const web = s.process({ commandLine: 'w3wp.exe -ap "Shop"', in: pod, user: 'S-1-5-82-1' });
  for (let i = 0; i < 40; i++) {
    const shell = web.starts(`cmd.exe /c whoami ${i}`);
    shell.connects('192.0.2.7', 3333);
    shell.exits(0);
  }
  return s.trace();
}

describe('consume', () => {
  const trace = story();
  const whole = forms(trace);

  for (const [title, options, consumption, path] of [
    ['whole buffers', {}, 'auto', 'raw'],
    ['single records', {}, 'record', 'record'],
    ['single records where there are no buffers', { hasRawBuffers: false }, 'auto', 'record'],
  ] as const) {
    test(`${title}: every event, as it was written`, () => {
      const { messages, ring, trace: got } = consumed({ trace, ...options }, consumption);
      assert.deepEqual(
        messages.map((message) => [message.kind, 'path' in message ? message.path : undefined]),
        [
          ['opened', path],
          ['ended', undefined],
        ],
      );
      assert.deepEqual(forms(got), whole);
      assert.equal(ring.count('buffersDelivered'), flushedBuffers(trace).length);
      assert.equal(ring.count('buffersDropped') + ring.count('eventsUnpackable'), 0);
    });
  }

  test('without a header record, one is made of what OpenTrace says; times agree within the system’s own', () => {
    const { trace: got } = consumed({ trace, headerRecord: false }, 'record');
    assert.equal(forms(got).length, whole.length);
  });

  for (const [title, spoil, reason] of [
    [
      'no header buffer first',
      (b: Uint8Array, i: number) => i === 0 && (b[0x36] = 0),
      /type 0, not the header/,
    ],
    ['filled past its end', (b: Uint8Array, i: number) => i === 1 && (b[0x33] = 1), /says it is filled to/],
    [
      'events that end elsewhere',
      (b: Uint8Array, i: number) => i === 1 && b.fill(0x11, 72),
      /do not end where/,
    ],
  ] as const) {
    const options = { trace, spoil: (b: Uint8Array, i: number) => void spoil(b, i) };
    test(`buffers with ${title} are refused: single records it is`, () => {
      const { messages } = consumed(options);
      assert.deepEqual(
        messages.map(({ kind }) => kind),
        ['opened', 'fallback', 'opened', 'ended'],
      );
      assert.match(messages.find((m) => m.kind === 'fallback')?.reason ?? '', reason);
    });
    test(`buffers with ${title} and consumption raw: it fails`, () => {
      const { messages } = consumed(options, 'raw');
      assert.match(messages.find((m) => m.kind === 'failed')?.error.message ?? '', reason);
    });
  }

  test('consumption raw where there are no buffers fails with what to set', () => {
    const [message] = consumed({ trace, hasRawBuffers: false }, 'raw').messages;
    assert.equal(message?.kind, 'failed');
    assert.match(message.kind === 'failed' ? (message.error.advice ?? '') : '', /consumption: auto/);
  });

  for (const consumption of ['raw', 'record'] as const) {
    test(`${consumption}: what finds no room is counted, buffers and events`, () => {
      const { ring, trace: got } = consumed({ trace }, consumption, 65_536);
      assert.ok(ring.count('buffersDropped') > 0);
      assert.equal(forms(got).length + ring.count('eventsDropped'), whole.length);
    });
  }

  test('loss marks of buffers are counted', () => {
    const s = scenario({ cpus: 2 });
    const shell = s.process('cmd.exe');
    shell.starts('whoami.exe').exits(0);
    s.losesEvents(0, 7).losesBuffer(1);
    shell.starts('whoami.exe').exits(0);
    const { ring } = consumed({ trace: s.trace() });
    assert.ok(ring.count('eventLossMarks') + ring.count('bufferLossMarks') > 0);
  });

  test('payloads of all lengths, short and long ones', () => {
    const startClock = 115_200_000_000_000n;
    const steps = [0, 1, 2, 3, 4, 5, 255, 256, 257, 258, 259, 5000].map((length, i) => ({
      header: 'event' as const,
      provider: '11111111-2222-3333-4444-555555555555',
      id: i,
      time: startClock + BigInt(1 + i),
      payload: Uint8Array.from({ length }, (_, at) => at + i),
    }));
    const written = writeTrace({ startClock, steps });
    assert.deepEqual(forms(consumed({ trace: written }, 'record').trace), forms(written));
  });

  test('any events, by either path', () => {
    const steps = fc.array(
      fc.tuple(event, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 3 })),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(session, steps, (spec, made) => {
        let time = 115_200_000_000_000n;
        const events = made.map(([make, after, cpu]) => apiKnows(make((time += BigInt(after)), cpu)));
        const written = writeTrace({
          ...spec,
          compress: false,
          startClock: 115_200_000_000_000n,
          steps: events,
        });
        const expected = forms(written);
        for (const consumption of ['raw', 'record'] as const)
          assert.deepEqual(forms(consumed({ trace: written }, consumption).trace), expected);
      }),
      { numRuns: 20 },
    );
  });
});
