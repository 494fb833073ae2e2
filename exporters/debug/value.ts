import { Buffer } from 'node:buffer';
import type { HrTime } from '@opentelemetry/api';
import { int64Text, isInt64, MAX_DEPTH, TOO_DEEP } from '../../src/otlp/values.ts';

/**
 * Text that is safe to show in a terminal and cannot look like another line: control characters, which a name or
 * command line may hold, stand as \uXXXX. (The Collector shows them raw.)
 */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as the Collector's AsString: a map or list as JSON with sorted keys, bytes as base64. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return plain(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return isInt64(value) ? int64Text(value) : String(value);
  if (typeof value !== 'object') return '';
  if (value instanceof Uint8Array) return base64(value);
  return plain(asJson(value, 0));
}

/** A value with the Collector's name of its type: `Str(abc)`, `Int(1)`. */
export function asTypedText(value: unknown): string {
  return `${typeOf(value)}(${asText(value)})`;
}

/** A time as Go prints it: `2023-11-14 22:13:20.000000001 +0000 UTC`. */
export function asTime([seconds, nanoseconds]: HrTime): string {
  const whole = new Date(seconds * 1000);
  const text = Number.isNaN(whole.getTime())
    ? `${seconds} s`
    : whole.toISOString().slice(0, 19).replace('T', ' ');
  const fraction = String(nanoseconds).padStart(9, '0').replace(/0+$/, '');
  return `${text}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
}

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return 'Empty';
  if (typeof value === 'string') return 'Str';
  if (typeof value === 'boolean') return 'Bool';
  if (typeof value === 'number') return isInt64(value) ? 'Int' : 'Double';
  if (value instanceof Uint8Array) return 'Bytes';
  return Array.isArray(value) ? 'Slice' : 'Map';
}

function asJson(value: unknown, depth: number): string {
  if (typeof value === 'number' && isInt64(value)) return int64Text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (value instanceof Uint8Array) return `"${base64(value)}"`;
  if (depth > MAX_DEPTH) return `"${TOO_DEEP}"`;
  if (Array.isArray(value)) return `[${value.map((item) => asJson(item, depth + 1)).join(',')}]`;
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${asJson(item, depth + 1)}`).join(',')}}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
