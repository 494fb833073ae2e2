import { Buffer } from 'node:buffer';
import type { AttributeKey } from '../../model/attribute_set.ts';
import { hexText } from '../hex_text.ts';
import type { FieldValue } from '../schema.ts';
import { texts } from '../text.ts';
import { fileTimeText } from '../time_text.ts';
import { integrityLevelName, wellKnownAccount } from '../well_known_sids.ts';
import type { Constant, Conversion, FieldMapping } from './mapping.ts';

/**
 * A line of a mapping table: a payload field and its attribute. Without a conversion the value is taken as
 * it is, if it is of the attribute's type.
 */
export function field<T extends string | number | boolean | readonly string[]>(
  from: string | readonly string[],
  to: AttributeKey<T>,
  convert?: (value: FieldValue, beside: FieldValue) => T | undefined,
  beside?: string,
): FieldMapping {
  const conversion: Conversion | undefined = convert ?? PLAIN[to.type];
  if (conversion === undefined) throw new Error(`${to.name}: a conversion to ${to.type} has to be named`);
  return { from: typeof from === 'string' ? [from] : from, to, convert: conversion, beside };
}

/** A line of a mapping table: an attribute with a fixed value. */
export function constant<T extends string | number | boolean>(key: AttributeKey<T>, value: T): Constant {
  return { key, value };
}

/** A string as it is; an empty one says nothing and is left out. */
export function text(value: FieldValue): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An integer that a double holds exactly; a greater one is left out, since an int attribute cannot be both. */
export function int(value: FieldValue): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** A flag: the boolean, or whether the number is not 0. */
export function flag(value: FieldValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' ? value !== 0 : undefined;
}

const PLAIN: Partial<Record<AttributeKey['type'], Conversion>> = { string: text, int, bool: flag };

/** A process or thread id; 0xffffffff is how the kernel writes that there is none. */
export function processId(value: FieldValue): number | undefined {
  const id = int(value);
  return id !== undefined && id >= 0 && id < 0xffffffff ? id : undefined;
}

/** A process id where 0 stands for none. */
export function otherProcessId(value: FieldValue): number | undefined {
  const id = processId(value);
  return id === 0 ? undefined : id;
}

/** A session's number; processes that are in none (System, the session manager) have 0xffffffff. */
export function sessionId(value: FieldValue): number | undefined {
  return processId(value);
}

/** An address, handle or key as `0x…`. */
export function address(value: FieldValue): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? hexText(value) : undefined;
}

/** The address of an object; 0 is none. */
export function objectAddress(value: FieldValue): string | undefined {
  return value === 0 ? undefined : address(value);
}

/** A FILETIME as RFC 3339 in UTC with 7 digits; 0 is none. */
export function fileTime(value: FieldValue): string | undefined {
  return fileTimeText(value);
}

/** An exit code or status as the unsigned number Windows documents (0xc0000005 is 3221225477). */
export function status(value: FieldValue): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value >>> 0 : undefined;
}

/** The last part of a path: `cmd.exe`. */
export function baseName(value: FieldValue): string | undefined {
  return typeof value === 'string' ? texts.baseName(value) : undefined;
}

/** The extension of a path's last part without its dot, as written; that of `a.txt:stream` is `txt`. */
export function extension(value: FieldValue): string | undefined {
  return typeof value === 'string' ? texts.extension(value) : undefined;
}

/** The integrity level a mandatory label's SID stands for; the SID itself where it has no name. */
export function integrityLevel(value: FieldValue): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return integrityLevelName(value) ?? value;
}

/** The account name of a SID that is the same on every Windows. */
export function accountName(value: FieldValue): string | undefined {
  return typeof value === 'string' ? wellKnownAccount(value)?.name : undefined;
}

/** The domain or authority of such an account. */
export function accountDomain(value: FieldValue): string | undefined {
  return typeof value === 'string' ? wellKnownAccount(value)?.domain : undefined;
}

/** A network address: text as decoded, or the four bytes of an IPv4 address read as a little-endian number. */
export function ipAddress(value: FieldValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'number') return undefined;
  return `${value & 0xff}.${(value >>> 8) & 0xff}.${(value >>> 16) & 0xff}.${value >>> 24}`;
}

// `192.0.2.1:445` or `[2001:db8::1]:445`, as the reader of payloads writes a sockaddr; one of another family stays bytes.
const SOCKET = /^\[?([0-9a-f.:]+?)\]?:([0-9]{1,5})$/;

/** The address of a decoded sockaddr. */
export function socketAddress(value: FieldValue): string | undefined {
  return typeof value === 'string' ? SOCKET.exec(value)?.[1] : undefined;
}

/** The port of a decoded sockaddr. */
export function socketPort(value: FieldValue): number | undefined {
  const port = typeof value === 'string' ? SOCKET.exec(value)?.[2] : undefined;
  return port === undefined ? undefined : Number(port);
}

/** Kilobytes as bytes. */
export function kilobytes(value: FieldValue): number | undefined {
  const count = int(value);
  return count === undefined ? undefined : int(count * 1024);
}

/** The name of `DOMAIN\\name`, or the whole where it has no domain. */
export function accountPart(value: FieldValue): string | undefined {
  return typeof value === 'string' ? text(value.slice(value.indexOf('\\') + 1)) : undefined;
}

/** The domain of `DOMAIN\\name`. */
export function domainPart(value: FieldValue): string | undefined {
  return typeof value === 'string' ? text(value.slice(0, Math.max(0, value.indexOf('\\')))) : undefined;
}

/** Text that is missing where the event writes `-`. */
export function dashText(value: FieldValue): string | undefined {
  return value === '-' ? undefined : text(value);
}

/** A number that an event writes as text. */
export function textNumber(value: FieldValue): number | undefined {
  return typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : int(value);
}

/** The name of a number; the number as text where it has none. */
export function oneOf(names: Readonly<Record<number, string>>): (value: FieldValue) => string | undefined {
  return function named(value) {
    return typeof value === 'number' ? (names[value] ?? String(value)) : undefined;
  };
}

/** Bytes as lower-case hexadecimal digits. */
export function hexDigits(value: FieldValue): string | undefined {
  if (!(value instanceof Uint8Array) || value.length === 0) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex');
}

// NUL and most controls (all but tab to carriage return) are in no script.
function isText(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 && (code < 9 || code > 13)) return false;
  }
  return true;
}

/** UTF-16LE bytes that are a text; undefined for others (an image, a compressed script). */
export function utf16Text(value: FieldValue): string | undefined {
  if (!(value instanceof Uint8Array) || value.length === 0 || value.length % 2 === 1) return undefined;
  const given = Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf16le');
  const whole = given.endsWith('\0') ? given.slice(0, -1) : given;
  return isText(whole) ? whole : undefined;
}
