import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import fc from 'fast-check';
import { type MadeEventInit, madeEvent } from '../../test/support/made_event.ts';
import { Attr, registered } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { kernelNetwork } from './events/kernel_network.ts';
import { kernelProcess } from './events/kernel_process.ts';
import { RecordMapper, type RecordMapperOptions } from './record_mapper.ts';

const resource = emptyResource();
const scope = { name: 'test', version: '1' };
const mapperWith = (options: Partial<RecordMapperOptions> = {}) =>
  new RecordMapper({ resource, scope, observedTime: 'event', ...options });
const map = (init: MadeEventInit): LogRecord => mapperWith().map(madeEvent(init));

const start: MadeEventInit = {
  provider: kernelProcess.guid,
  providerName: kernelProcess.name,
  id: 1,
  version: 2,
  opcode: 1,
  task: 1,
  keywords: [0x80000000, 0x10],
  payload: { ProcessID: 4242, ImageName: 'C:\\cmd.exe', Flags: 7 },
};

test('the facts of the trace stand on every record', () => {
  const record = map({ ...start, activity: 'a0000000-0000-0000-0000-000000000001', related: 'b-related' });
  const facts = Object.entries(record.attributes).filter(([name]) => name.startsWith('etw.'));
  assert.deepEqual(Object.fromEntries(facts), {
    'etw.provider.id': kernelProcess.guid,
    'etw.provider.name': 'Microsoft-Windows-Kernel-Process',
    'etw.event.id': 1,
    'etw.version': 2,
    'etw.opcode': 1,
    'etw.task': 1,
    'etw.level': 4,
    'etw.keywords': '0x8000000000000010',
    'etw.process.id': 4711,
    'etw.thread.id': 4712,
    'etw.activity.id': 'a0000000-0000-0000-0000-000000000001',
    'etw.related_activity.id': 'b-related',
  });
  assert.equal(record.resource, resource);
  assert.equal(record.instrumentationScope, scope);
  assert.deepEqual(record.hrTime, [1_772_355_600, 123_456_700]);
});

const keywords: readonly [keywords: readonly [number, number], text: string][] = [
  [[0, 0], '0x0'],
  [[0, 0x80000000 | 0], '0x80000000'],
  [[1, 1], '0x100000001'],
  [[-1, -1], '0xffffffffffffffff'],
];
for (const [halves, text] of keywords) {
  test(`keywords ${text}`, () =>
    assert.equal(map({ payload: {}, keywords: halves }).get(Attr.etwKeywords), text));
}

test('a header without process and thread leaves them out', () => {
  for (const none of [-1, 0xffffffff]) {
    const record = map({
      kind: 'kernel',
      provider: null,
      providerName: 'group-0x0f',
      opcode: 46,
      pid: none,
      tid: none,
    });
    for (const key of [Attr.etwProcessId, Attr.etwThreadId, Attr.processPid])
      assert.equal(record.get(key), undefined);
    assert.equal(record.body, 'group-0x0f/46');
  }
});

test('process 0 and thread 0 are there', () => {
  const record = map({ payload: {}, pid: 0, tid: 0 });
  assert.deepEqual(
    [record.get(Attr.etwProcessId), record.get(Attr.etwThreadId), record.get(Attr.processPid)],
    [0, 0, 0],
  );
});

test('process.pid is the process the event is about, etw.process.id the one that logged it', () => {
  const record = map(start);
  assert.equal(record.get(Attr.processPid), 4242);
  assert.equal(record.get(Attr.etwProcessId), 4711);
});

test('process.pid falls back to the header where the payload names none', () => {
  const received = { provider: kernelNetwork.guid, id: 11, payload: { PID: 0xffffffff, size: 1 } };
  assert.equal(map(received).get(Attr.processPid), 4711);
});

const generic: readonly [title: string, init: MadeEventInit, eventName: string, body: string][] = [
  [
    'a manifest event',
    { providerName: 'A-B', event: 'Opened', id: 7, payload: { x: 1 } },
    'A-B/Opened',
    'A-B/Opened (pid 4711)',
  ],
  [
    'a TraceLogging event',
    { kind: 'tracelogging', providerName: 'A', event: 'T', payload: { x: 1 } },
    'A/T',
    'A/T (pid 4711)',
  ],
  ['an event without a schema', { providerName: 'A-B', id: 7 }, 'A-B/7', 'A-B/7 (pid 4711)'],
  [
    'a class event',
    { kind: 'classic', providerName: 'DiskIo', event: 'Read', opcode: 10, payload: { x: 1 } },
    'DiskIo/Read',
    'DiskIo/Read (pid 4711)',
  ],
  [
    'a class event without a schema',
    { kind: 'classic', providerName: 'DiskIo', opcode: 10 },
    'DiskIo/10',
    'DiskIo/10 (pid 4711)',
  ],
  [
    'a kernel group without a class',
    { kind: 'kernel', provider: null, providerName: 'group-0x1d', opcode: 5 },
    'group-0x1d/5',
    'group-0x1d/5 (pid 4711)',
  ],
  [
    'a known event without a schema',
    { ...start, payload: undefined },
    'Microsoft-Windows-Kernel-Process/1',
    'Microsoft-Windows-Kernel-Process/1 (pid 4711)',
  ],
  [
    'a plain text',
    { providerName: 'A', event: 'String', source: 'string', payload: { Message: 'hello' } },
    'A/String',
    'hello',
  ],
  [
    'an empty text',
    { providerName: 'A', event: 'String', source: 'string', payload: { Message: '' } },
    'A/String',
    'A/String (pid 4711)',
  ],
];
for (const [title, init, eventName, body] of generic) {
  test(`${title} is ${eventName}`, () => {
    const record = map(init);
    assert.equal(record.eventName, eventName);
    assert.equal(record.body, body);
  });
}

test('an absurdly long name is cut', () => {
  const record = map({ providerName: 'p'.repeat(60_000), payload: { x: 1 } });
  assert.equal(record.eventName.length, 256);
  assert.equal(record.get(Attr.etwProviderName)?.length, 256);
});

test('a decoded payload is nested data; what is missing is left out', () => {
  const record = map({ payload: { a: 1, b: undefined, c: { value: 255n, in: 'Pointer' } } });
  assert.deepEqual({ ...record.get(Attr.etwEventData) }, { a: 1, c: '0xff' });
  assert.equal(record.get(Attr.etwEventPayload), undefined);
});

test('a payload without a schema is bytes; an empty one is left out', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.equal(map({ bytes }).get(Attr.etwEventPayload), bytes);
  assert.equal(map({}).get(Attr.etwEventPayload), undefined);
  assert.equal(map({ payload: {} }).get(Attr.etwEventData), undefined);
});

const levels: readonly [level: number, severity: number][] = [
  [0, 9],
  [1, 21],
  [2, 17],
  [3, 13],
  [4, 9],
  [5, 5],
  [16, 9],
];
for (const [level, severity] of levels) {
  test(`level ${level} is severity ${severity}`, () =>
    assert.equal(map({ level, payload: {} }).severityNumber, severity));
}

test('the level raises a mapped severity, and never lowers it', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 0].map((level) => map({ ...start, level }).severityNumber),
    [21, 17, 13, 9, 9, 9],
  );
});

test('includeEventData keeps the payload on mapped events', () => {
  const record = mapperWith({ includeEventData: true }).map(madeEvent(start));
  assert.deepEqual(
    { ...record.get(Attr.etwEventData) },
    { ProcessID: 4242, ImageName: 'C:\\cmd.exe', Flags: 7 },
  );
  assert.equal(map(start).get(Attr.etwEventData), undefined);
});

test('the observed time is the event’s, or a clock’s', () => {
  const recorded = map(start);
  assert.deepEqual(recorded.hrTimeObserved, recorded.hrTime);
  assert.deepEqual(mapperWith({ observedTime: () => [1, 2] }).map(madeEvent(start)).hrTimeObserved, [1, 2]);
});

test('events that are alike share shape and block; values are their own', () => {
  const mapper = mapperWith();
  const one = madeEvent(start);
  const { schema } = one;
  assert.ok(schema !== undefined);
  const other = madeEvent({
    ...start,
    schema,
    payload: { ProcessID: 4243, ImageName: 'C:\\b.exe', Flags: 0 },
  });
  const [a, b, again] = [mapper.map(one), mapper.map(other), mapper.map(one)];
  assert.equal(a.own.shape, b.own.shape);
  assert.equal(a.blocks, b.blocks);
  assert.deepEqual(
    [a, b, again].map((record) => record.get(Attr.processPid)),
    [4242, 4243, 4242],
  );
});

test('events of one schema that differ in level or keywords have blocks of their own, once each', () => {
  const mapper = mapperWith();
  const base = madeEvent(start);
  const { schema } = base;
  assert.ok(schema !== undefined);
  const variants = [{ level: 5 }, { keywords: [0, 1] as const }, { task: 9 }, { version: 9 }, {}];
  const events = variants.map((variant) => madeEvent({ ...start, ...variant, schema }));
  const first = events.map((event) => mapper.map(event).blocks);
  assert.equal(new Set(first).size, variants.length);
  assert.deepEqual(
    events.map((event) => mapper.map(event).blocks === first[events.indexOf(event)]),
    variants.map(() => true),
  );
});

test('a trace of ever new events empties the cache, not the memory', () => {
  const mapper = mapperWith();
  const early = mapper.map(madeEvent({ id: 0 })).blocks;
  for (let id = 1; id <= 20_001; id++) mapper.map(madeEvent({ id }));
  assert.notEqual(mapper.map(madeEvent({ id: 0 })).blocks, early);
});

test('any event makes a record of registered attributes of their types, with a body and a name', () => {
  const event = fc.record({
    kind: fc.constantFrom('event', 'tracelogging', 'classic', 'kernel', 'message'),
    provider: fc.constantFrom(kernelProcess.guid, kernelNetwork.guid, null, 'x'),
    providerName: fc.string({ minLength: 1 }),
    id: fc.integer({ min: 0, max: 20 }),
    opcode: fc.integer({ min: 0, max: 255 }),
    level: fc.integer({ min: 0, max: 255 }),
    pid: fc.constantFrom(-1, 0, 4, 0xffffffff),
    payload: fc.option(
      fc.dictionary(
        fc.constantFrom('ProcessID', 'ImageName', 'PID', 'daddr', 'ExitCode', '__proto__x', 'other'),
        fc.oneof(fc.integer(), fc.string(), fc.bigInt(), fc.boolean(), fc.constant(undefined)),
      ),
      { nil: undefined },
    ),
  }) as fc.Arbitrary<MadeEventInit>;
  const typeOf = { string: 'string', int: 'number', bool: 'boolean' } as Readonly<Record<string, string>>;
  fc.assert(
    fc.property(event, fc.boolean(), (init, includeEventData) => {
      const record = mapperWith({ includeEventData }).map(madeEvent(init));
      assert.ok(typeof record.body === 'string' && record.body !== '' && record.eventName !== '');
      for (const [name, value] of Object.entries(record.attributes)) {
        const key = registered(name);
        assert.ok(key !== undefined, name);
        if (typeOf[key.type] !== undefined) assert.equal(typeof value, typeOf[key.type], name);
      }
    }),
  );
});
