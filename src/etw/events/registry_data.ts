import { Buffer } from 'node:buffer';
import type { FieldValue } from '../schema.ts';
import { text } from './conversions.ts';

// REG_* of winnt.h.
const TYPES = [
  'REG_NONE',
  'REG_SZ',
  'REG_EXPAND_SZ',
  'REG_BINARY',
  'REG_DWORD',
  'REG_DWORD_BIG_ENDIAN',
  'REG_LINK',
  'REG_MULTI_SZ',
  'REG_RESOURCE_LIST',
  'REG_FULL_RESOURCE_DESCRIPTOR',
  'REG_RESOURCE_REQUIREMENTS_LIST',
  'REG_QWORD',
] as const;

/** The type of a registry value by name; the number as text where it has none. */
export function dataType(value: FieldValue): string | undefined {
  return typeof value === 'number' ? (TYPES[value] ?? String(value)) : undefined;
}

/** A key's path from the name given and, where that is relative, the base it starts from. */
export function joinedKey(relative: FieldValue, base: FieldValue): string | undefined {
  const name = text(relative);
  const from = text(base);
  if (from === undefined || name?.startsWith('\\') === true) return name;
  return name === undefined ? from : `${from}\\${name}`;
}

const MAX_STRINGS = 64;

/**
 * A value's data as ECS registry.data.strings has it: texts as they are, numbers in decimal, nothing for
 * binary. The kernel captures the first bytes only, so a text may be cut.
 */
export function dataStrings(data: FieldValue, type: FieldValue): readonly string[] | undefined {
  if (!(data instanceof Uint8Array) || typeof type !== 'number') return undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  switch (TYPES[type]) {
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
    case 'REG_LINK':
      return [utf16(bytes).split('\0', 1)[0] ?? ''];
    case 'REG_MULTI_SZ':
      return utf16(bytes)
        .split('\0', MAX_STRINGS)
        .filter((part) => part !== '');
    case 'REG_DWORD':
      return bytes.length >= 4 ? [String(bytes.readUInt32LE())] : undefined;
    case 'REG_QWORD':
      return bytes.length >= 8 ? [String(bytes.readBigUInt64LE())] : undefined;
    default:
      return undefined;
  }
}

function utf16(bytes: Buffer): string {
  return bytes.toString('utf16le', 0, bytes.length & ~1);
}
