import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { writeTrace } from '../../test/scenario/etl_writer.ts';
import type { EventSpec } from '../../test/scenario/event_headers.ts';
import { type ExtendedItem, item } from '../../test/scenario/extended_items.ts';
import { memorySource } from '../etl/open.ts';
import { scopeFor } from '../model/scope.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import { Decoder } from './decoder.ts';
import type { EventView } from './event_view.ts';
import { RecordMapper } from './record_mapper.ts';
import { TraceStream } from './trace.ts';
import { indexTrace } from './trace_file.ts';

const PROVIDER = '9e814aad-3204-11d2-9a82-006008a86939';
const GUID = '0f2b9d3c-6a41-4f0e-9c55-7d1e2a3b4c5d';

/** Reads an event with items back; the view is valid within `use`. */
function withItems<T>(items: readonly ExtendedItem[], use: (event: EventView) => T): T {
  const event: EventSpec = {
    header: 'event',
    cpu: 0,
    time: 134_169_165_000_000_000n,
    provider: PROVIDER,
    id: 1,
    pid: 40,
    tid: 44,
    items,
    payload: new Uint8Array([1, 2, 3]),
  };
  const index = indexTrace(memorySource(writeTrace({ steps: [event], clock: 'system' })));
  assert.ok(typeof index !== 'string');
  const stream = new TraceStream([index], new Decoder(Catalogue.shipped()));
  for (let e = stream.next(); e !== undefined; e = stream.next()) if (e.kind !== 'kernel') return use(e);
  return assert.fail('the event is gone');
}

const cases = [
  { name: 'SID', items: [item.sid('S-1-5-93-2-1')], expected: { sid: 'S-1-5-93-2-1' } },
  { name: 'terminal session', items: [item.terminalSession(3)], expected: { sessionId: 3 } },
  {
    name: 'instance',
    items: [item.instanceInfo(7, 5, GUID)],
    expected: { instance: { id: 7, parentId: 5, parentGuid: GUID } },
  },
  {
    name: '64-bit stack',
    items: [item.stack(8, 9n, [0xfffff80012345678n, 0x7ff612340000n])],
    expected: { stack: { matchId: '0x9', addresses: ['0xfffff80012345678', '0x7ff612340000'] } },
  },
  {
    name: '32-bit stack',
    items: [item.stack(4, 9n, [0x77001000n])],
    expected: { stack: { matchId: '0x9', addresses: ['0x77001000'] } },
  },
  {
    name: 'stack key',
    items: [item.stackKey(8, 1n, 0xabcdn)],
    expected: { stackKey: { matchId: '0x1', key: '0xabcd' } },
  },
  { name: 'PEBS index', items: [item.pebsIndex(5n)], expected: { pebsIndex: '0x5' } },
  { name: 'PMC counters', items: [item.pmcCounters([1n, 2n])], expected: { pmcCounters: ['0x1', '0x2'] } },
  { name: 'PSM key', items: [item.psmKey('App!Main')], expected: { psmKey: 'App!Main' } },
  { name: 'event key', items: [item.eventKey(0xffn)], expected: { eventKey: '0xff' } },
  {
    name: 'process start key',
    items: [item.processStartKey(0x1000000000005n)],
    expected: { processStartKey: '0x1000000000005' },
  },
  { name: 'QPC delta', items: [item.qpcDelta(-5n)], expected: { qpcDelta: -5 } },
  {
    name: 'container id in 36 characters',
    items: [item.containerId(GUID, 'ascii36')],
    expected: { containerId: GUID },
  },
  {
    name: 'container id in 38 characters',
    items: [item.containerId(GUID, 'ascii38')],
    expected: { containerId: GUID },
  },
  {
    name: 'container id in 16 bytes',
    items: [item.containerId(GUID, 'binary')],
    expected: { containerId: GUID },
  },
  {
    name: 'container id that is none',
    items: [{ type: 16, data: new Uint8Array(36).fill(65) }],
    expected: {},
  },
  {
    name: 'several',
    items: [item.terminalSession(1), item.sid('S-1-5-18')],
    expected: { sessionId: 1, sid: 'S-1-5-18' },
  },
];

for (const { name, items, expected } of cases) {
  test(`decodes extended items: ${name}`, () => {
    withItems(items, (event) => {
      assert.deepEqual(event.extendedItems(), expected);
      assert.deepEqual([...event.payload()], [1, 2, 3]);
    });
  });
}

test('a control GUID says who wrote the event, the header’s GUID how to decode it', () => {
  withItems([item.controlGuid(GUID)], (event) => {
    assert.equal(event.providerId, GUID);
    assert.deepEqual(event.extendedItems(), { controlGuid: GUID });
  });
});

test('a record shows the writer’s user, session, start key, silo and stack', () => {
  const items = [
    item.sid('S-1-5-93-2-2'),
    item.terminalSession(4),
    item.processStartKey(0x77n),
    item.containerId(GUID, 'ascii36'),
    item.stack(8, 1n, [0x1234n]),
  ];
  const mapper = new RecordMapper({
    resource: emptyResource(),
    scope: scopeFor('etl'),
    observedTime: 'event',
  });
  const { attributes } = withItems(items, (event) => mapper.map(event));
  assert.equal(attributes['user.id'], 'S-1-5-93-2-2');
  assert.equal(attributes['windows.session.id'], 4);
  assert.equal(attributes['windows.process.start_key'], '0x77');
  assert.equal(attributes['sigel.silo.id'], GUID);
  assert.deepEqual(attributes['etw.stack'], ['0x1234']);
});
