import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeTrace } from '../../../test/scenario/etl_writer.ts';
import type { EventSpec } from '../../../test/scenario/event_headers.ts';
import { encodeTyped } from '../../../test/scenario/payload_writer.ts';
import { eventInfoBlob, mapInfoBlob, providersBlob } from '../../../test/support/tdh_blobs.ts';
import { memorySource } from '../../etl/open.ts';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { Decoder } from '../../etw/decoder.ts';
import { renderData } from '../../etw/render.ts';
import { TraceStream } from '../../etw/trace.ts';
import { indexTrace } from '../../etw/trace_file.ts';
import type { Called } from '../sessions/control.ts';
import type { Answer } from './answer.ts';
import type { EventImage } from './event_image.ts';
import type { Tdh } from './tdh.ts';
import { TdhSchemas } from './tdh_schemas.ts';

const SHOP = '7c1d3b52-0e4f-4a69-8b1c-d2e3f4a5b6c7';
const CLASS = '1a2b3c4d-5e6f-4708-9a0b-c1d2e3f40516';
const STRANGER = '99999999-1111-4222-8333-444444444444';
const NOT_FOUND = 1168;
const ACCESS_DENIED = 5;

const order = eventInfoBlob({
  guid: SHOP,
  id: 7,
  version: 1,
  provider: 'Shop',
  task: 'Order',
  opcodeName: 'Paid',
  properties: [
    { name: 'Number', in: 8 },
    { name: 'By', in: 8, map: 'PayMap' },
  ],
});
const classic = eventInfoBlob({
  guid: CLASS,
  opcode: 3,
  source: 1,
  provider: 'ShopClasses',
  task: 'Till',
  opcodeName: 'Open',
  properties: [{ name: 'Drawer', in: 8 }],
});

/** A TDH that knows one manifest event and one class, and counts what it is asked. */
class FakeTdh implements Tdh {
  readonly asked: string[] = [];
  error = NOT_FOUND;
  cost = 0;
  clock = 0;
  registered: (readonly [string, string])[] = [[SHOP, 'Shop']];

  eventInformation({ header }: EventImage): Called<Uint8Array> {
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const id = view.getUint16(40, true);
    const isClass = (view.getUint16(4, true) & 0x100) !== 0;
    this.asked.push(isClass ? `class ${header[45]}` : `event ${id}`);
    this.clock += this.cost;
    if (isClass && header[45] === 3) return { kind: 'ok', value: classic };
    return !isClass && id === 7 ? { kind: 'ok', value: order } : failed(this.error);
  }

  eventMap(_event: EventImage, name: string): Called<Uint8Array> {
    this.asked.push(`map ${name}`);
    return { kind: 'ok', value: mapInfoBlob(name, { 1: 'cash', 2: 'card' }) };
  }

  providers(): Called<Uint8Array> {
    return { kind: 'ok', value: providersBlob(this.registered) };
  }
}

function failed(code: number): Called<never> {
  return { kind: 'failed', error: { code, name: String(code), message: 'no', advice: undefined } };
}

/** A store in memory. */
class FakeStore {
  readonly saved = new Map<string, Map<number, Answer>>();

  load(guid: string, version: string): Map<number, Answer> | undefined {
    const found = this.saved.get(`${guid} ${version}`);
    return found === undefined ? undefined : new Map(found);
  }

  save(guid: string, version: string, answers: ReadonlyMap<number, Answer>): Promise<void> {
    this.saved.set(`${guid} ${version}`, new Map(answers));
    return Promise.resolve();
  }
}

const event = (id: number, provider = SHOP): EventSpec => ({
  header: 'event',
  cpu: 0,
  time: 134_169_165_000_000_000n,
  provider,
  id,
  version: 1,
  payload: encodeTyped([
    ['UInt32', 4711],
    ['UInt32', 2],
  ]),
});
const classEvent = (opcode: number): EventSpec => ({
  header: 'full',
  cpu: 0,
  time: 134_169_165_000_000_000n,
  guid: CLASS,
  opcode,
  payload: encodeTyped([['UInt32', 9]]),
});

function bench(tdh = new FakeTdh(), store = new FakeStore(), version = '1') {
  const schemas = new TdhSchemas({ tdh, store, versionOf: () => version, now: () => tdh.clock });
  const decoder = new Decoder(Catalogue.shipped(), schemas);
  /** What the events become: `provider/event {data}`, or the provider alone. */
  const read = (...steps: EventSpec[]): string[] => {
    const index = indexTrace(memorySource(writeTrace({ steps, clock: 'system' })));
    assert.ok(typeof index !== 'string');
    const stream = new TraceStream([index], decoder);
    const shown: string[] = [];
    for (let e = stream.next(); e !== undefined; e = stream.next()) {
      if (e.kind === 'kernel') continue;
      const { schema } = e;
      const data = schema === undefined ? '' : JSON.stringify(renderData(schema, e.decode()));
      shown.push(`${e.providerName}/${schema?.event ?? '?'} ${data}`.trim());
    }
    return shown;
  };
  const forget = (guid: string, name: string | undefined): void =>
    decoder.providers.forgetSchemas(guid, name);
  return { tdh, store, schemas, read, forget };
}

test('an event that nothing else knows is described by TDH, with its maps and the provider’s name', () => {
  const { read, tdh } = bench();
  assert.deepEqual(
    read(event(7), event(7)),
    Array(2).fill('Shop/Order/Paid {"Number":4711,"By":2,"By_name":"card"}'),
  );
  assert.deepEqual(tdh.asked, ['event 7', 'map PayMap']);
});

test('a class of the WMI repository is asked for by its opcode', () => {
  assert.deepEqual(bench().read(classEvent(3)), [`${CLASS}/Till/Open {"Drawer":9}`]);
});

test('an answer that there is none is remembered', () => {
  const { read, tdh, schemas } = bench();
  assert.deepEqual(read(event(8), event(7), event(8)).slice(0, 1), ['Shop/?']);
  read(event(8));
  assert.deepEqual(tdh.asked, ['event 8', 'event 7', 'map PayMap']);
  assert.equal(schemas.counts.unknown, 1);
});

test('a restart need not ask again; another version of the provider must', async () => {
  const { tdh, store, schemas, read } = bench();
  const before = read(event(7), event(8));
  await schemas.save();
  const asked = tdh.asked.length;
  const next = bench(tdh, store);
  assert.deepEqual(next.read(event(7), event(8)), before);
  assert.equal(tdh.asked.length, asked);
  assert.equal(next.schemas.counts.kept, 2);
  bench(tdh, store, '2').read(event(7));
  assert.equal(tdh.asked.length, asked + 2);
});

test('a provider that nobody registered is not asked about, until it is registered', () => {
  const { tdh, read, schemas, forget } = bench();
  assert.deepEqual(read(event(7, STRANGER)), [`${STRANGER}/?`]);
  assert.deepEqual(tdh.asked, []);
  tdh.registered = [...tdh.registered, [STRANGER, 'Stranger']];
  schemas.renew(forget);
  assert.deepEqual(read(event(9, STRANGER)), [`${STRANGER}/?`]);
  tdh.clock += 6 * 60_000;
  schemas.renew(forget);
  // The description that the fake gives is of another provider, and not believed.
  assert.deepEqual(read(event(7, STRANGER)), ['Stranger/?']);
  assert.equal(schemas.counts.failed, 1);
});

test('a registered name tells its GUIDs', () => {
  const { tdh, schemas } = bench();
  tdh.registered = [
    [SHOP, 'Shop'],
    [CLASS, 'SHOP'],
  ];
  assert.deepEqual(schemas.guidsOf('shop'), [SHOP, CLASS]);
  assert.deepEqual(schemas.guidsOf('Stranger'), []);
});

test('a failure is not taken for an answer', () => {
  const { tdh, read, schemas, forget } = bench();
  tdh.error = ACCESS_DENIED;
  read(event(8));
  assert.deepEqual(schemas.counts, { ...schemas.counts, failed: 1, unknown: 0 });
  schemas.renew(forget);
  read(event(8));
  assert.deepEqual(tdh.asked, ['event 8', 'event 8']);
});

test('asking takes a bounded part of the time; who comes too late is asked about later', () => {
  const { tdh, read, schemas, forget } = bench();
  tdh.cost = 400;
  read(event(1), event(2), event(3), event(7));
  assert.deepEqual(tdh.asked, ['event 1', 'event 2']);
  tdh.cost = 0;
  tdh.clock += 60_000;
  schemas.renew(forget);
  assert.deepEqual(read(event(7)), ['Shop/Order/Paid {"Number":4711,"By":2,"By_name":"card"}']);
});

test('whoever writes ever new events of a provider is not asked about for ever', async () => {
  const { tdh, read, schemas, store } = bench();
  read(...Array.from({ length: 400 }, (_, i) => event(1000 + i)));
  assert.equal(tdh.asked.length, 256);
  await schemas.save();
  assert.equal(store.saved.size, 1);
});

test('whatever TDH answers, the event goes on', () => {
  const from = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.nat(order.length - 1), fc.nat(255)).map(([at, value]) => order.with(at, value)),
  );
  fc.assert(
    fc.property(from, from, (info, map) => {
      const tdh = new FakeTdh();
      tdh.eventInformation = () => ({ kind: 'ok', value: Uint8Array.from(info) });
      tdh.eventMap = () => ({ kind: 'ok', value: Uint8Array.from(map) });
      assert.equal(bench(tdh).read(event(7)).length, 1);
    }),
  );
});

test('of classes that nobody knows nothing is kept', async () => {
  const { read, schemas, store } = bench();
  read(classEvent(9));
  await schemas.save();
  assert.equal(store.saved.size, 0);
});
