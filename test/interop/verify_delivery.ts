import assert from 'node:assert/strict';
import { kernelClass } from './expected_counts.ts';
import { expectedFacts, type Facts } from './expected_facts.ts';
import { readStored, type StoredRecord } from './otlp_json.ts';
import { assertSame, Items } from './pairing.ts';
import { type ReferenceEvent, readReference } from './reference_reader.ts';
import { traceBytes, tracePath } from './shared_data.ts';
import { account, type SigelRun, sum } from './sigel.ts';

/** What is compared of a record. */
export type Delivered = Pick<StoredRecord, 'time' | 'eventName' | 'attributes'>;

/** {@link verifyRecords} of what a Collector's file exporter wrote. */
export function verifyDelivery(id: string, run: SigelRun, file: string): Promise<void> {
  return verifyRecords(id, run, readStored(file));
}

/**
 * Checks a run over one recorded trace: its ledger against an independent reading of the trace, and the
 * records that the peer holds against both, in number, time (to the microsecond), identity and, where
 * expected_facts.ts knows better, event name, process ids and names. Throws where they differ.
 */
export async function verifyRecords(
  id: string,
  run: SigelRun,
  records: Iterable<Delivered> | AsyncIterable<Delivered>,
): Promise<void> {
  assert.equal(run.code, 0, run.stderr);
  assert.equal(
    run.ledger?.balanced,
    true,
    `the ledger does not add up:\n${JSON.stringify(run.ledger, null, 1)}`,
  );
  const expected = new Items();
  const facts = new Map<string, Set<string>>();
  let events = 0;
  let state = 0;
  for (const event of readReference(traceBytes(tracePath(id)))) {
    events++;
    if (isState(event)) {
      state++;
      continue;
    }
    const known = expectedFacts(event);
    const key = keyOf(event);
    if (known !== undefined) facts.set(key, new Set([...(facts.get(key) ?? []), ...Object.keys(known)]));
    expected.add(key, event.time, JSON.stringify(known ?? {}));
  }
  const found = new Items();
  let stored = 0;
  for await (const record of records) {
    stored++;
    const key = keyOfRecord(record);
    assert.notEqual(record.eventName, '', key);
    found.add(key, record.time, JSON.stringify(pick(record, facts.get(key))));
  }
  verifyLedger(run, { events, state, stored });
  assertSame(found, expected);
}

function verifyLedger(run: SigelRun, count: { events: number; state: number; stored: number }): void {
  const receiver = account(run, 'receiver');
  const exporter = account(run, 'exporter');
  assert.deepEqual(
    {
      read: receiver.read,
      state: sum(receiver.state),
      emitted: receiver.emitted,
      taken: exporter.taken,
      delivered: exporter.delivered,
      queued: exporter.queued,
      dropped: { ...receiver.dropped, ...exporter.dropped },
      stored: count.stored,
    },
    {
      read: count.events,
      state: count.state,
      emitted: count.events - count.state,
      taken: count.events - count.state,
      delivered: count.events - count.state,
      queued: 0,
      dropped: {},
      stored: count.events - count.state,
    },
  );
}

/** What this cut consumes as state: log headers, EventSource manifests, embedded TDH schemas and maps. */
function isState(event: ReferenceEvent): boolean {
  if (event.kind === 'kernel') return event.provider === 'group-0x00' && event.opcode === 0;
  if (event.kind === 'classic') {
    return (
      event.provider === 'bbccf6c1-6cd1-48c4-80ff-839482e37671' &&
      (event.opcode === 32 || event.opcode === 33)
    );
  }
  return event.kind === 'event' && event.id === 0xfffe && event.opcode === 0xfe;
}

function keyOf(event: ReferenceEvent): string {
  const group = event.kind === 'kernel' ? Number(event.provider.slice('group-'.length)) : undefined;
  const provider =
    group === undefined ? event.provider : (kernelClass(group, event.opcode) ?? event.provider);
  return [provider, event.id, event.version, event.opcode, event.pid, event.tid].join(' ');
}

const IDENTITY = [
  'etw.provider.id',
  'etw.event.id',
  'etw.version',
  'etw.opcode',
  'etw.process.id',
  'etw.thread.id',
];

/** As keyOf: an absent process or thread is empty, an absent event id is that of classic events. */
function keyOfRecord({ attributes }: Delivered): string {
  const parts = IDENTITY.map((name) => attributes[name] ?? (name === 'etw.event.id' ? 0 : ''));
  return parts.map((part) => (typeof part === 'object' ? '?' : String(part))).join(' ');
}

function pick(record: Delivered, names: ReadonlySet<string> | undefined): Facts {
  const picked: Record<string, Facts[string]> = {};
  for (const name of names ?? []) {
    const value = name === 'eventName' ? record.eventName : record.attributes[name];
    if (typeof value === 'string' || typeof value === 'number') picked[name] = value;
  }
  return picked;
}
