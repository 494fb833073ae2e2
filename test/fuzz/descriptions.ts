/** What events say of other events, or of themselves, made up by chance: often sound, seldom sensible. */
import { Buffer } from 'node:buffer';
import { ByteWriter } from '../scenario/bytes.ts';
import { guidBytes } from '../scenario/identifiers.ts';
import type { Random } from '../scenario/random.ts';
import { EXTREMES, HOSTILE_NAMES, oneIn, pick, scratch } from './hostile.ts';

/** TraceLogging metadata (layout: src/etw/tracelogging.ts). */
export function tlMetadata(random: Random): Buffer {
  const out = new ByteWriter().u16(0).u8(oneIn(random, 20) ? 0x80 : 0);
  out.utf8(`${pick(random, HOSTILE_NAMES)}\0`);
  const fields = oneIn(random, 15) ? random.integer(0, 1200) : random.integer(0, 12);
  for (let i = 0; i < fields; i++) tlField(out, random, 0);
  const bytes = Buffer.from(out.take()).subarray(0, 20_000);
  bytes.writeUInt16LE(bytes.length);
  scratch(bytes, random);
  return bytes;
}

function tlField(out: ByteWriter, random: Random, depth: number): void {
  const isStruct = oneIn(random, 4);
  const type = isStruct ? 24 : random.integer(0, 32);
  const counting = pick(random, [0, 0, 0x20, 0x40, 0x60]);
  out.utf8(`${pick(random, HOSTILE_NAMES).slice(0, 12)}\0`);
  if (!isStruct) {
    out.u8(type | counting | 0x80).u8(random.integer(0, 40));
    if ((counting & 0x20) !== 0) out.u16(random.integer(0, 4));
    return;
  }
  const members = depth > 10 || oneIn(random, 5) ? 0 : random.integer(0, 4);
  out.u8(type | (counting === 0x60 ? 0x20 : counting) | 0x80).u8(members);
  if ((counting & 0x20) !== 0) out.u16(pick(random, EXTREMES) & 0xffff);
  for (let i = 0; i < members; i++) tlField(out, random, depth + 1);
}

/** A TRACE_EVENT_INFO (layout: src/etw/embedded/event_info.ts). */
export function eventInfo(random: Random, guid: string, id: number): Buffer {
  const count = oneIn(random, 15) ? random.integer(0, 1100) : random.integer(0, 24);
  const text = 112 + 24 * count;
  const bytes = Buffer.alloc(text + 2048);
  bytes.set(guidBytes(guid), 0);
  bytes.writeUInt16LE(id, 32);
  const names: number[] = [0];
  for (let at = text; at < bytes.length - 100; at += 2) {
    names.push(at);
    at += bytes.write(`${pick(random, HOSTILE_NAMES).slice(0, 200)}\0`, at, 'utf16le');
  }
  for (const at of [52, 68, 72, 92]) bytes.writeUInt32LE(pick(random, names), at);
  bytes.writeUInt32LE(count, 100);
  bytes.writeUInt32LE(random.integer(0, count + 1), 104);
  for (let i = 0; i < count; i++) {
    const at = 112 + 24 * i;
    const isStruct = oneIn(random, 4);
    bytes.writeUInt32LE(isStruct ? 1 : pick(random, [0, 0, 0, 2, 4, 0x20, 0x26]), at);
    bytes.writeUInt32LE(pick(random, names), at + 4);
    bytes.writeUInt16LE(isStruct ? random.integer(i, count + 2) : random.integer(0, 26), at + 8);
    bytes.writeUInt16LE(isStruct ? random.integer(0, 6) : random.integer(0, 40), at + 10);
    bytes.writeUInt16LE(
      oneIn(random, 3) ? pick(random, EXTREMES) & 0xffff : random.integer(0, i + 1),
      at + 16,
    );
    bytes.writeUInt16LE(random.integer(0, i + 1), at + 18);
  }
  if (oneIn(random, 2)) scratch(bytes, random);
  return bytes;
}

const IN_TYPES = [
  'UnicodeString',
  'AnsiString',
  'Int32',
  'UInt16',
  'Pointer',
  'Binary',
  'GUID',
  'SID',
  'Odd',
];

/** The manifest of an EventSource (layout: src/etw/embedded/manifest.ts). */
export function manifestXml(random: Random, guid: string): string {
  const name = () => quoted(pick(random, HOSTILE_NAMES));
  const parts = [`<a><provider name="${name()}" guid="{${guid}}"><events>`];
  for (let id = 0; id < 8; id++)
    parts.push(`<event value="${id}" version="0" symbol="${name()}" template="${name()}"/>`);
  parts.push('</events><templates>');
  for (let n = random.integer(0, 5); n > 0; n--) {
    parts.push(`<template tid="${name()}">`);
    let open = 0;
    const many = oneIn(random, 40) ? random.integer(0, 3000) : random.integer(0, 12);
    for (let i = 0; i < many; i++) {
      const count = oneIn(random, 3) ? ` count="${oneIn(random, 2) ? pick(random, EXTREMES) : name()}"` : '';
      const length = oneIn(random, 3)
        ? ` length="${oneIn(random, 2) ? pick(random, EXTREMES) : name()}"`
        : '';
      if (oneIn(random, 5)) {
        open++;
        parts.push(`<struct name="${name()}"${count}>`);
      } else parts.push(`<data name="${name()}" inType="win:${pick(random, IN_TYPES)}"${count}${length}/>`);
      if (open > 0 && oneIn(random, 6)) {
        open--;
        parts.push('</struct>');
      }
    }
    parts.push(`${'</struct>'.repeat(open)}</template>`);
  }
  parts.push('</templates></provider></a>');
  return spoiled(parts.join(''), random);
}

// What XML forbids altogether would end every manifest at its first name.
function quoted(name: string): string {
  return name.slice(0, 40).replace(/[^ -~\u202e]|["<&]/g, '_');
}

function spoiled(xml: string, random: Random): string {
  if (!oneIn(random, 3)) return xml;
  const [a, b] = [random.integer(0, xml.length), random.integer(0, xml.length)];
  const insert = pick(random, [
    '',
    '&',
    '<',
    '\u0001'.repeat(2000),
    '&#0;'.repeat(2000),
    '</template>',
    ']]>',
  ]);
  return xml.slice(0, Math.max(a, b)) + insert + xml.slice(Math.min(a, b));
}

/** The chunks of a manifest; seldom one is missing or in the wrong place. */
export function manifestChunks(random: Random, xml: string): Buffer[] {
  const text = Buffer.from(xml);
  const total = Math.max(oneIn(random, 3) ? 3 : 1, Math.ceil(text.length / 30_000));
  const size = Math.ceil(text.length / total);
  const chunks = Array.from({ length: total }, (_, i) => {
    const head = Buffer.from([1, 1, 0, 0x5b, total & 0xff, total >> 8, i & 0xff, i >> 8]);
    return Buffer.concat([head, text.subarray(i * size, (i + 1) * size)]);
  });
  if (oneIn(random, 8)) chunks.splice(random.integer(0, total), 1);
  if (oneIn(random, 8)) scratch(pick(random, chunks.length === 0 ? [Buffer.alloc(8)] : chunks), random);
  return chunks;
}
