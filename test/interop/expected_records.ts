import { kernelClass } from './expected_counts.ts';
import { expectedFacts, type Facts, KERNEL_PROCESS } from './expected_facts.ts';
import { type ReferenceEvent, readReference } from './reference_reader.ts';
import { traceBytes, tracePath } from './shared_data.ts';

/** A record that a trace must become. */
export interface ExpectedRecord {
  /** What identifies it but for the time: provider, id, version, opcode, header process and thread. */
  readonly key: string;
  /** Unix time, nanoseconds. */
  readonly time: bigint;
  readonly facts: Facts;
}

/** What a trace must become: its records, and what the ledger must say of the rest. */
export interface Expected {
  readonly records: readonly ExpectedRecord[];
  readonly events: number;
  readonly state: number;
  readonly merged: number;
}

/** Two providers log a start or exit from one function of the kernel, well within this. */
const JOIN_NS = 100_000_000n;

/** Reads a recorded trace with the reference reader and says what must come of it. */
export function expectedRecords(id: string): Expected {
  const records: ExpectedRecord[] = [];
  const lifecycle = new Map<string, ExpectedRecord[]>();
  const threads: ExpectedRecord[] = [];
  let events = 0;
  let state = 0;
  const manifest: ExpectedRecord[] = [];
  for (const event of readReference(traceBytes(tracePath(id)))) {
    events++;
    if (isState(event)) {
      state++;
      continue;
    }
    const record = { key: keyOf(event), time: event.time, facts: expectedFacts(event) ?? {} };
    if (FIRST_THREADS.test(String(record.facts['eventName']))) threads.push(record);
    const moment = momentOf(record);
    if (event.provider === KERNEL_PROCESS && moment !== undefined) manifest.push(record);
    else {
      records.push(record);
      if (moment !== undefined) lifecycle.set(moment, [...(lifecycle.get(moment) ?? []), record]);
    }
  }
  const twins = new Set<ExpectedRecord>();
  for (const record of manifest) {
    const twin = lifecycle
      .get(momentOf(record) ?? '')
      ?.find((other) => !twins.has(other) && near(record, other));
    if (twin !== undefined) twins.add(twin);
    records.push(twin === undefined ? record : united(record, twin));
  }
  const firsts = firstThreads(threads);
  const kept = records
    .filter((record) => !twins.has(record))
    .map((record) => (firsts.has(record) ? asFirst(record) : record));
  return { records: kept, events, state, merged: twins.size };
}

const FIRST_THREADS = /^process\.(start|exit|thread\.(remote_)?start)$/;

/** The first threads of processes that start: those are made from outside, and not remote for that. */
function firstThreads(records: readonly ExpectedRecord[]): ReadonlySet<ExpectedRecord> {
  const firsts = new Set<ExpectedRecord>();
  const known = new Map<unknown, unknown>();
  for (const record of records.toSorted((a, b) => Number(a.time - b.time))) {
    const { eventName, 'process.pid': pid, 'thread.id': thread } = record.facts;
    if (eventName === 'process.start' && !known.has(pid)) known.set(pid, undefined);
    else if (eventName === 'process.exit') known.delete(pid);
    else if (known.has(pid) && (known.get(pid) ?? thread) === thread) {
      known.set(pid, thread);
      firsts.add(record);
    }
  }
  return firsts;
}

function asFirst(record: ExpectedRecord): ExpectedRecord {
  return { ...record, facts: { ...record.facts, eventName: 'process.thread.start' } };
}

/** The key of a reference event; kernel events go by their class. */
function keyOf({ kind, provider, id, version, opcode, pid, tid }: ReferenceEvent): string {
  const group = kind === 'kernel' ? Number(provider.slice('group-'.length)) : undefined;
  const guid = group === undefined ? provider : (kernelClass(group, opcode) ?? provider);
  return [guid, id, version, opcode, pid, tid].join(' ');
}

/** What happened to which process, where both providers tell of it. */
function momentOf({ facts }: ExpectedRecord): string | undefined {
  const { eventName, 'process.pid': pid } = facts;
  return eventName === 'process.start' || eventName === 'process.exit' ? `${eventName} ${pid}` : undefined;
}

function near(a: ExpectedRecord, b: ExpectedRecord): boolean {
  const apart = a.time - b.time;
  return apart < JOIN_NS && apart > -JOIN_NS;
}

/** One record of both: the manifest provider's identity, the earlier time, all facts. */
function united(main: ExpectedRecord, other: ExpectedRecord): ExpectedRecord {
  const time = main.time < other.time ? main.time : other.time;
  return { key: main.key, time, facts: { ...other.facts, ...main.facts } };
}

/** What is consumed as state: log headers, EventSource manifests, embedded TDH schemas and maps. */
function isState({ kind, provider, id, opcode }: ReferenceEvent): boolean {
  if (kind === 'kernel') return provider === 'group-0x00' && opcode === 0;
  if (kind === 'classic') {
    return provider === 'bbccf6c1-6cd1-48c4-80ff-839482e37671' && (opcode === 32 || opcode === 33);
  }
  return kind === 'event' && id === 0xfffe && opcode === 0xfe;
}
