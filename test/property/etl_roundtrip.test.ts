import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { PayloadReader } from '../../src/etw/payload.ts';
import { PayloadProgram } from '../../src/etw/payload_program.ts';
import type { Field } from '../../src/etw/schema.ts';
import { TextCache } from '../../src/etw/text.ts';
import { event, samples, session } from '../scenario/arbitraries.ts';
import { clockOf, writeTrace } from '../scenario/etl_writer.ts';
import type { EventSpec } from '../scenario/event_headers.ts';
import { encodePayload } from '../scenario/payload_writer.ts';
import type { ReadEvent } from '../scenario/read_back.ts';
import { readBack } from '../scenario/read_back.ts';
import type { TlField, TlType } from '../scenario/tracelogging.ts';
import { TL_TYPE, traceLogging } from '../scenario/tracelogging.ts';

const START = 134_169_165_000_000_000n;
const UNIX_EPOCH = 116_444_736_000_000_000n;

test('payloads of all types, arrays, structs and lengths are read as they were written', () => {
  const reader = new PayloadReader(new TextCache());
  fc.assert(
    fc.property(
      samples,
      fc.constantFrom<4 | 8>(4, 8),
      fc.uint8Array({ maxLength: 9 }),
      (fields, pointerSize, excess) => {
        const program = new PayloadProgram(fields.map((sample) => sample.field));
        const values = fields.map((sample) => sample.value);
        const written = encodePayload(
          fields.map((sample) => sample.field),
          values,
          pointerSize,
        );
        // Bytes behind the last field are normal, and must not matter.
        const bytes = Buffer.concat([written, excess]);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const read = reader.decode(program, view, bytes, 0, bytes.length, pointerSize);
        assert.deepEqual(
          read,
          fields.map((sample) => sample.expected),
        );
        assert.equal(reader.position, written.length);
      },
    ),
    { numRuns: 1500 },
  );
});

/** What the header of an event says, whatever its type, in the words of the reader. */
function expectedHeader(e: EventSpec): Partial<ReadEvent> {
  const common = { cpu: e.cpu ?? 0, pointerSize: 'pointerSize' in e ? (e.pointerSize ?? 8) : 8 };
  switch (e.header) {
    case 'event':
      return {
        ...common,
        kind: 'event',
        providerId: e.provider,
        id: e.id ?? 0,
        version: e.version ?? 0,
        channel: e.channel ?? 0,
        level: e.level ?? 0,
        opcode: e.opcode ?? 0,
        task: e.task ?? 0,
        keywords: e.keywords ?? 0n,
        pid: e.pid ?? 0,
        tid: e.tid ?? 0,
        activityId: e.activityId ?? '',
        relatedActivityId:
          e.items?.some((item) => item.type === 1) === true
            ? '11111111-2222-3333-4444-555555555555'
            : undefined,
      };
    case 'full':
    case 'instance':
      return {
        ...common,
        kind: 'classic',
        providerId: e.guid,
        version: e.version ?? 0,
        opcode: e.opcode ?? 0,
        level: e.level ?? 0,
        pid: e.pid ?? 0,
        tid: e.tid ?? 0,
      };
    case 'system':
    case 'compact':
      return {
        ...common,
        kind: 'kernel',
        version: e.version ?? 0,
        opcode: e.type,
        pid: e.pid ?? 0,
        tid: e.tid ?? 0,
      };
    case 'perfinfo':
      return { ...common, kind: 'kernel', version: e.version ?? 0, opcode: e.type, pid: -1, tid: -1 };
    case 'error':
    case 'message':
    case 'raw':
      return common;
  }
}

// At least a microsecond apart: events of one tick would come in the order of their processors.
test('events of all header types on many processors come back whole, in order and on time', () => {
  const steps = fc.array(
    fc.tuple(event, fc.integer({ min: 0, max: 7 }), fc.integer({ min: 10, max: 90_000_000 })),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(session, steps, (spec, made) => {
      const toClock = clockOf({ ...spec, startTime: START });
      let now = START;
      const specs = made.map(([make, cpu, pause]) => {
        now += BigInt(pause);
        return { written: make(toClock(now), cpu), at: now };
      });
      const { events, problems } = readBack(
        writeTrace({ ...spec, startTime: START, steps: specs.map((s) => s.written) }),
      );
      assert.deepEqual(problems, []);
      const read = events.filter((e) => e.providerName !== 'EventTrace');
      assert.equal(read.length, specs.length);
      specs.forEach(({ written, at }, i) => {
        const e = read[i];
        assert.ok(e !== undefined);
        const wanted = expectedHeader(written);
        const got = Object.fromEntries(Object.keys(wanted).map((key) => [key, e[key as keyof ReadEvent]]));
        assert.deepEqual(got, wanted);
        assert.deepEqual(
          Buffer.from(e.payload),
          Buffer.from('payload' in written ? (written.payload ?? []) : []),
        );
        closeTo(e, at, spec.clock === 'qpc' || spec.clock === 'raw' ? Number(spec.perfFreq) : 1e7);
      });
    }),
    { numRuns: 120 },
  );
});

/** A reader's time is right to one tick of the clock it was written with, and to a nanosecond's rounding. */
function closeTo(e: ReadEvent, fileTime: bigint, frequency: number): void {
  const got = BigInt(e.seconds) * 1_000_000_000n + BigInt(e.nanoseconds) - (fileTime - UNIX_EPOCH) * 100n;
  const tick = Math.ceil(1e9 / frequency) + 100;
  assert.ok(got <= 1n && got >= BigInt(-tick), `${got} ns off`);
}

/** Payload types to the TraceLogging types that stand for them. */
const TL_BY_IN_TYPE = new Map(
  Object.entries(TL_TYPE).map(([name, [, inType]]) => [inType as string, name as TlType]),
);

/** The field as TraceLogging metadata says it; undefined where TraceLogging has no words for it. */
function tlField(field: Field, tags: number | undefined): TlField | undefined {
  const { name, count } = field;
  if (field.length !== undefined || typeof count === 'object' || count === 'rest') return undefined;
  const more = { ...(count === undefined ? {} : { count }), ...(tags === undefined ? {} : { tags }) };
  const type = TL_BY_IN_TYPE.get(field.inType);
  if (type !== undefined) return { name, type, ...more };
  if (field.inType !== 'Struct') return undefined;
  const fields = (field.fields ?? []).map((member) => tlField(member, tags));
  return fields.includes(undefined)
    ? undefined
    : { name, fields: fields.filter((f) => f !== undefined), ...more };
}

test('TraceLogging events describe themselves', () => {
  const provider = { guid: 'c0ffee00-1111-4222-8333-444455556666', name: 'Shop.Web' };
  const tags = fc.option(fc.integer({ min: 0, max: 0xfff_ffff }), { nil: undefined });
  fc.assert(
    fc.property(samples, tags, fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (all, tag, name) => {
      const list = all.filter((sample) => tlField(sample.field, tag) !== undefined);
      const fields = list.map((sample) => tlField(sample.field, tag)).filter((field) => field !== undefined);
      const described = { name, fields, ...(tag === undefined ? {} : { tags: tag }) };
      const values = list.map((sample) => sample.value);
      const written = traceLogging(provider, described, values);
      const { events } = readBack(
        writeTrace({ startClock: 0, steps: [{ header: 'event', time: 5, ...written }] }),
      );
      const e = events.at(-1);
      assert.deepEqual([e?.kind, e?.providerName, e?.event], ['tracelogging', 'Shop.Web', name]);
      assert.deepEqual(
        e?.values,
        list.map((sample) => sample.expected),
      );
    }),
    { numRuns: 400 },
  );
});
