import { join } from 'node:path';
import { readTable, TRACES } from './shared_data.ts';

/** events/*.tsv's names of kernel groups: the group's number, the class's name and its GUID. */
const GROUPS: Readonly<Record<string, readonly [group: number, name: string, guid: string]>> = {
  EventTrace: [0x00, 'EventTrace', '68fdd900-4a3e-11d1-84f4-0000f80464e3'],
  Io: [0x01, 'DiskIo', '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c'],
  Memory: [0x02, 'PageFault', '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c'],
  Process: [0x03, 'Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c'],
  File: [0x04, 'FileIo', '90cbdc39-4a3e-11d1-84f4-0000f80464e3'],
  Thread: [0x05, 'Thread', '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c'],
  TcpIp: [0x06, 'TcpIp', '9a280ac0-c8e0-11d1-84e2-00c04fb998a2'],
  UdpIp: [0x08, 'UdpIp', 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80'],
  Config: [0x0b, 'SystemConfig', '01853a65-418f-4f36-aefc-dc0f1d2fd235'],
  PerfInfo: [0x0f, 'PerfInfo', 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc'],
  Image: [0x14, 'Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518'],
  StackWalk: [0x18, 'StackWalk', 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3'],
};

const KINDS: Readonly<Record<string, string>> = {
  'manifest/eventsource': 'event',
  tracelogging: 'tracelogging',
  'classic-mof': 'classic',
  'classic-system': 'kernel',
};

/** The class GUID of a kernel event by its group and opcode: image loads of group Process are class Image. */
export function kernelClass(group: number, opcode: number): string | undefined {
  if (group === 0x03 && opcode === 10) return GROUPS['Image']?.[2];
  return Object.values(GROUPS).find(([number]) => number === group)?.[2];
}

interface Count {
  readonly kind: string;
  readonly group: (typeof GROUPS)[string] | undefined;
  readonly guid: string;
  readonly rest: string;
  readonly count: number;
}

/** The rows of events/ID.tsv (data/README.md says what they mean), without those that repeat others. */
function rows(id: string): Count[] {
  const table = readTable(join(TRACES, 'events', `${id}.tsv`)).filter((row) => row['kind'] !== 'tl-name');
  return table.map((row) => {
    const kind = KINDS[row['kind'] ?? ''];
    const name = row['guid_or_group'] ?? '';
    const kernel = kind === 'kernel';
    const group = kernel ? GROUPS[name] : undefined;
    if (kind === undefined || (kernel && group === undefined))
      throw new Error(`${id}: row ${row['kind']} ${name}`);
    const eventId = kind === 'event' || kind === 'tracelogging' ? row['id_or_opcode'] : '0';
    return {
      kind,
      group,
      guid: name,
      rest: `${eventId} ${row['version']} ${row['opcode']}`,
      count: Number(row['count']),
    };
  });
}

/** Counts by `kind provider id version opcode`, the provider of kernel events as `group-0xNN`. */
export function expectedCounts(id: string): Record<string, number> {
  return counted(rows(id), ({ guid, group }) =>
    group === undefined ? guid : `group-0x${group[0].toString(16).padStart(2, '0')}`,
  );
}

/** The same with class GUIDs, as `sigel inspect --json` names kernel events. */
export function expectedInspection(id: string): Record<string, number> {
  return counted(rows(id), ({ guid, group, rest }) => {
    const opcode = Number(rest.split(' ')[2]);
    return group === undefined ? guid : (kernelClass(group[0], opcode) ?? guid);
  });
}

function counted(counts: readonly Count[], provider: (count: Count) => string): Record<string, number> {
  const sums = new Map<string, number>();
  for (const row of counts) {
    const key = `${row.kind} ${provider(row)} ${row.rest}`;
    sums.set(key, (sums.get(key) ?? 0) + row.count);
  }
  return Object.fromEntries(sums);
}
