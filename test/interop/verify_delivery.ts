import assert from 'node:assert/strict';
import type { Facts } from './expected_facts.ts';
import { type Expected, expectedRecords } from './expected_records.ts';
import { readStored, type StoredRecord } from './otlp_json.ts';
import { assertSame, Items } from './pairing.ts';
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
  const expected = expectedRecords(id);
  const wanted = new Items();
  const names = new Map<string, Set<string>>();
  for (const { key, time, facts } of expected.records) {
    wanted.add(key, time, textOf(facts));
    names.set(key, new Set([...(names.get(key) ?? []), ...Object.keys(facts)]));
  }
  const found = new Items();
  let stored = 0;
  for await (const record of records) {
    stored++;
    const key = keyOf(record);
    assert.notEqual(record.eventName, '', key);
    assertView(record);
    found.add(key, record.time, textOf(pick(record, names.get(key))));
  }
  verifyLedger(run, expected, stored);
  assertSame(found, wanted);
}

function verifyLedger(run: SigelRun, { records, events, state, merged }: Expected, stored: number): void {
  const receiver = account(run, 'receiver');
  const exporter = account(run, 'exporter');
  assert.deepEqual(
    {
      balanced: run.ledger?.balanced,
      read: receiver.read,
      state: sum(receiver.state),
      merged: receiver.merged,
      emitted: receiver.emitted,
      taken: exporter.taken,
      delivered: exporter.delivered,
      queued: exporter.queued,
      dropped: { ...receiver.dropped, ...exporter.dropped },
      stored,
    },
    {
      balanced: true,
      read: events,
      state,
      merged,
      emitted: events - state - merged,
      taken: events - state - merged,
      delivered: records.length,
      queued: 0,
      dropped: {},
      stored: records.length,
    },
  );
}

const IDENTITY = [
  'etw.provider.id',
  'etw.event.id',
  'etw.version',
  'etw.opcode',
  'etw.process.id',
  'etw.thread.id',
];

/** As in expected_records.ts: an absent process or thread is empty, an absent event id that of classic events. */
function keyOf({ attributes }: Delivered): string {
  const parts = IDENTITY.map((name) => attributes[name] ?? (name === 'etw.event.id' ? 0 : ''));
  return parts.map((part) => (typeof part === 'object' ? '?' : String(part))).join(' ');
}

const PATHS = ['dll.path', 'process.executable.path'];

/** The record's side of the facts: paths as the kernel wrote them, which may stand in sigel.nt_path. */
function pick({ eventName, attributes }: Delivered, names: ReadonlySet<string> | undefined): Facts {
  const picked: Record<string, Facts[string]> = {};
  for (const name of names ?? []) {
    const own = name === 'eventName' ? eventName : attributes[name];
    const value = PATHS.includes(name) ? (attributes['sigel.nt_path'] ?? own) : own;
    if (typeof value === 'string' || typeof value === 'number') picked[name] = value;
  }
  return picked;
}

/** Where a path is shown otherwise than the kernel wrote it, what is known of that view must hold. */
function assertView({ attributes }: Delivered): void {
  const nt = attributes['sigel.nt_path'];
  if (typeof nt !== 'string') return;
  const shown = PATHS.map((name) => attributes[name]).find((path) => typeof path === 'string');
  if (typeof shown !== 'string') return;
  assert.notEqual(shown, nt);
  if (/^\\SystemRoot\\/i.test(nt)) assert.equal(shown, `C:\\Windows${nt.slice('\\SystemRoot'.length)}`);
  else assert.match(shown, /^(?:[A-Z]:\\|\\\\[^\\;]+\\)/, nt);
  assert.equal(shown.split('\\').at(-1), nt.split('\\').at(-1));
}

function textOf(facts: Facts): string {
  return JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
