import { Buffer } from 'node:buffer';
import { kernelClass } from '../../src/etw/catalogue/kernel_groups.ts';
import type { ReferenceEvent, ReferenceHeader } from '../interop/reference_reader.ts';

/** An EVENT_RECORD as the C client printed it. */
export interface PrintedRecord {
  readonly time: bigint;
  readonly provider: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly level: number;
  readonly pid: number;
  readonly tid: number;
  readonly flags: number;
  readonly cpu: number;
  /** `type:size`, comma-separated. */
  readonly items: string;
  /** Hex digits. */
  readonly payload: string;
}

const NOBODY = 0xffff_ffff;

/** The records of the client's file. */
export function printedRecords(bytes: Uint8Array): PrintedRecord[] {
  const lines = Buffer.from(bytes).toString('latin1').trimEnd().split('\n');
  return lines.map((line) => {
    const [time = '', provider = '', ...rest] = line.split(' ');
    const [id, version, opcode, level, pid, tid, flags, cpu] = rest.map(Number);
    const [items = '-', payload = '-'] = rest.slice(8);
    return {
      time: BigInt(time),
      provider,
      id: id ?? -1,
      version: version ?? -1,
      opcode: opcode ?? -1,
      level: level ?? -1,
      pid: pid ?? -1,
      tid: tid ?? -1,
      flags: flags ?? -1,
      cpu: cpu ?? -1,
      items: items === '-' ? '' : items,
      payload: payload === '-' ? '' : payload,
    };
  });
}

/** Facts of an event that both the tests' own reader and a record have, as a line. */
export function lineOfReference(event: ReferenceEvent): string {
  const group = /^group-0x(..)$/.exec(event.provider)?.[1];
  const provider =
    group === undefined
      ? event.provider
      : (kernelClass(Number.parseInt(group, 16), event.opcode).guid ??
        '00000000-0000-0000-0000-000000000000');
  const { time, id, version, opcode, pid = NOBODY, tid = NOBODY, cpu, pointerSize, payload } = event;
  return [
    time,
    provider,
    id,
    version & 0xff,
    opcode,
    pid,
    tid,
    cpu,
    pointerSize,
    payload.toString('hex'),
  ].join(' ');
}

/** The same of a record, whose time is the session's clock. */
export function lineOfRecord(record: PrintedRecord, header: ReferenceHeader): string {
  const start = (header.start - 116_444_736_000_000_000n) * 100n;
  const time = start + ((record.time - header.anchor) * 1_000_000_000n) / header.frequency;
  const { provider, id, version, opcode, pid, tid, flags, payload } = record;
  // Before Windows 8: a byte, beside the alignment.
  const cpu = record.cpu & ((flags & 0x200) === 0 ? 0xff : 0x7ff);
  const pointerSize = (flags & 0x20) === 0 ? 8 : 4;
  return [time, provider, id, version, opcode, pid, tid, cpu, pointerSize, payload].join(' ');
}
