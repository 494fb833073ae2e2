import { shopAttack } from '../../../config/demo/shop_attack.ts';
import type { TraceSpec } from '../../scenario/etl_writer.ts';
import type { EventSpec } from '../../scenario/event_headers.ts';
import { item } from '../../scenario/extended_items.ts';
import { traceLogging } from '../../scenario/tracelogging.ts';

/** A trace that a reader shall read back equal. */
export interface InteropTrace {
  readonly title: string;
  readonly spec: TraceSpec;
}

const GUID = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const payload = Uint8Array.from({ length: 37 }, (_, i) => i + 1);
const owned = { pid: 1234, tid: 5678 };

type Make = (time: number, cpu: number) => EventSpec;

/** Events that both readers can read. */
const COMMON: readonly Make[] = [
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    provider: GUID,
    id: 1,
    version: 3,
    channel: 16,
    level: 4,
    opcode: 1,
    task: 1,
    keywords: 0x8000_0000_0000_0010n,
    payload,
  }),
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    provider: GUID,
    id: 2,
    pointerSize: 4,
    activityId: GUID,
    payload,
  }),
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    provider: GUID,
    flags: 4,
    level: 2,
    payload: Uint8Array.of(72, 0, 0, 0),
  }),
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    provider: GUID,
    id: 3,
    items: [item.relatedActivityId(GUID), item.terminalSession(3)],
    payload,
  }),
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    provider: GUID,
    id: 4,
    items: [item.containerId(GUID), item.stack(8, 1n, [2n, 3n]), item.sid('S-1-5-18')],
  }),
  (time, cpu) => ({
    header: 'event',
    time,
    cpu,
    ...owned,
    ...traceLogging(
      { guid: GUID, name: 'Shop' },
      { name: 'Order', fields: [{ name: 'who', type: 'utf16' }] },
      ['me'],
    ),
  }),
  (time, cpu) => ({ header: 'system', time, cpu, ...owned, group: 3, type: 1, version: 4, payload }),
  (time, cpu) => ({
    header: 'system',
    time,
    cpu,
    ...owned,
    pointerSize: 4,
    group: 5,
    type: 2,
    version: 2,
    payload,
  }),
  (time, cpu) => ({ header: 'compact', time, cpu, ...owned, group: 1, type: 10, version: 3, payload }),
  (time, cpu) => ({
    header: 'compact',
    time,
    cpu,
    ...owned,
    pointerSize: 4,
    group: 1,
    type: 11,
    version: 3,
    payload,
  }),
  (time, cpu) => ({ header: 'perfinfo', time, cpu, group: 15, type: 46, version: 2, payload }),
  (time, cpu) => ({ header: 'perfinfo', time, cpu, pointerSize: 4, group: 2, type: 32, version: 2, payload }),
  (time, cpu) => ({
    header: 'full',
    time,
    cpu,
    ...owned,
    guid: GUID,
    opcode: 36,
    level: 4,
    version: 2,
    payload,
  }),
  (time, cpu) => ({
    header: 'full',
    time,
    cpu,
    ...owned,
    pointerSize: 4,
    guid: GUID,
    opcode: 1,
    version: 300,
    payload,
  }),
];

/** Headers that only dissect.etl knows. */
const DISSECT_ONLY: readonly Make[] = [
  (time, cpu) => ({ header: 'perfinfo', time, cpu, group: 15, type: 47, version: 2, pmc: [7n, 8n], payload }),
  (time, cpu) => ({
    header: 'system',
    time,
    cpu,
    ...owned,
    group: 5,
    type: 36,
    version: 3,
    pebs: 9n,
    pmc: [1n],
    payload,
  }),
  (time, cpu) => ({
    header: 'instance',
    time,
    cpu,
    ...owned,
    guid: GUID,
    opcode: 1,
    level: 2,
    version: 1,
    instanceId: 4,
    parentInstanceId: 5,
    parentGuid: GUID,
    payload,
  }),
  (time, cpu) => ({ header: 'message', time, cpu, ...owned, number: 17, guid: GUID, sequence: 4, payload }),
];

/** etl-parser takes every message for one with exactly these fields: GUID, then thread and process. */
const PARSER_ONLY: readonly Make[] = [
  (_, cpu) => ({ header: 'message', cpu, ...owned, number: 17, guid: GUID, payload }),
];

function mixed(makers: readonly Make[]): EventSpec[] {
  return Array.from({ length: 120 }, (_, i) => {
    const make = makers[i % makers.length];
    if (make === undefined) throw new Error('no events');
    return make(1_000_000 + i * 1_003, (i * 7) % 5);
  });
}

const small = { bufferSize: 2048, startClock: 1_000_000, startTime: 134_169_165_000_000_000n };
const forDissect = { ...small, steps: mixed([...COMMON, ...DISSECT_ONLY]) };

/** For dissect.etl: all that it can read. */
export const DISSECT_TRACES: readonly InteropTrace[] = [
  { title: 'every header on 5 processors', spec: forDissect },
  { title: 'the same with a 32-bit log header', spec: { ...forDissect, pointerSize: 4 } },
  { title: 'the same, compressed', spec: { ...forDissect, compress: true } },
  {
    title: 'the same as Windows 7 writes it',
    spec: { ...forDissect, osMajor: 6, osMinor: 1, osBuild: 7601, perfFreq: 2_109_960 },
  },
  {
    title: 'the same by the system clock',
    spec: { ...forDissect, clock: 'system', startTime: 1_000_000n, bootTime: 0n },
  },
  { title: 'the same by the cycle clock', spec: { ...forDissect, clock: 'cpu', cpuMhz: 2500 } },
  { title: 'the demo', spec: shopAttack().spec() },
];

const forParser = { ...small, steps: mixed([...COMMON, ...PARSER_ONLY]) };

/** For etl-parser: all that it can read. */
export const PARSER_TRACES: readonly InteropTrace[] = [
  { title: 'the headers it knows on 5 processors', spec: forParser },
  { title: 'the same with a 32-bit log header', spec: { ...forParser, pointerSize: 4 } },
  { title: 'the same as Windows 7 writes it', spec: { ...forParser, osMajor: 6, osMinor: 1, osBuild: 7601 } },
  { title: 'the demo', spec: shopAttack().spec() },
];
