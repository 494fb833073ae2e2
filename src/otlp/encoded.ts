import { Buffer } from 'node:buffer';
import type { ProtobufWriter } from './writer.ts';

// The frame of the two service requests is the same (see envelope.ts): what matters here of ResourceLogs, ScopeLogs and
// their kin of traces is that field 2 holds the scopes and records; all else stays with them as it is.

/** What stands around records in a request: a resource or a scope, without what is in it. */
export interface Frame {
  readonly fields: readonly Uint8Array[];
}

/** A log record or span as it stands in an encoded request, tag and length included. */
export interface EncodedItem {
  readonly bytes: Uint8Array;
  readonly resource: Frame;
  readonly scope: Frame;
}

const INSIDE = 2;
const WIRE_BYTES = 2;
/** The lengths of the two open messages may shrink from the three bytes kept for each to one. */
const OPEN_SLACK = 4;

/**
 * Takes an export request apart without decoding its records, which are views of it. Undefined when it is none; what
 * is in a record is not looked at.
 */
export function readRequest(message: Uint8Array): readonly EncodedItem[] | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const items: EncodedItem[] = [];
  const isWhole = eachField(bytes, { from: 0, to: bytes.length }, (number, wire, _, content) => {
    if (number !== 1 || wire !== WIRE_BYTES) return false;
    return inFrame(bytes, content, (resource, _, scopes) =>
      inFrame(bytes, scopes, (scope, whole) => {
        items.push({ bytes: bytes.subarray(whole.from, whole.to), resource, scope });
        return true;
      }),
    );
  });
  return isWhole ? items : undefined;
}

/** Writes a request over records of other requests. False when it would be longer than `limit`; see writeRequest. */
export function writeEncoded(
  writer: ProtobufWriter,
  items: readonly EncodedItem[],
  limit = Number.POSITIVE_INFINITY,
): boolean {
  for (let i = 0; i < items.length; ) {
    const { resource } = items[i] as EncodedItem;
    const resourceStart = openFrame(writer, 0x0a, resource);
    while (i < items.length && items[i]?.resource === resource) {
      const { scope } = items[i] as EncodedItem;
      const scopeStart = openFrame(writer, 0x12, scope);
      for (let item = items[i]; item?.scope === scope; item = items[++i]) writer.raw(item.bytes);
      writer.close(scopeStart, 3);
    }
    writer.close(resourceStart, 3);
    if (writer.length > limit + OPEN_SLACK) return false;
  }
  return writer.length <= limit;
}

/** The bytes of records, without what stands around them. */
export function sizeOfEncoded(items: readonly EncodedItem[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function openFrame(writer: ProtobufWriter, tag: number, { fields }: Frame): number {
  writer.byte(tag);
  const start = writer.open(3);
  for (const field of fields) writer.raw(field);
  return start;
}

/** A part of a message. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Looks at what is inside of a resource's or scope's message, whose frame may stand before or behind it. */
function inFrame(
  message: Buffer,
  span: Span,
  visit: (frame: Frame, whole: Span, content: Span) => boolean,
): boolean {
  const fields: Buffer[] = [];
  const frame = { fields };
  return (
    eachField(message, span, (number, wire, whole) => {
      if (!isInside(number, wire)) fields.push(message.subarray(whole.from, whole.to));
      return true;
    }) &&
    eachField(message, span, (number, wire, whole, content) => {
      return !isInside(number, wire) || visit(frame, whole, content);
    })
  );
}

function isInside(number: number, wire: number): boolean {
  return number === INSIDE && wire === WIRE_BYTES;
}

type VisitField = (number: number, wire: number, whole: Span, content: Span) => boolean;

/** Walks over the fields of a message; false when it is none, or `visit` says so. */
function eachField(message: Buffer, { from, to }: Span, visit: VisitField): boolean {
  let pos = from;
  while (pos < to) {
    const tag = varint(message, pos);
    const content = tag && contentOf(message, tag.value & 7, tag.end);
    if (tag === undefined || content === undefined || content.to > to) return false;
    const whole = { from: pos, to: content.to };
    if (!visit(Math.floor(tag.value / 8), tag.value & 7, whole, content)) return false;
    pos = content.to;
  }
  return true;
}

/** Where the content of a field begins and ends. */
function contentOf(message: Buffer, wire: number, pos: number): Span | undefined {
  switch (wire) {
    case 0: {
      const value = varint(message, pos);
      return value && { from: pos, to: value.end };
    }
    case 1:
      return { from: pos, to: pos + 8 };
    case WIRE_BYTES: {
      const length = varint(message, pos);
      return length && { from: length.end, to: length.end + length.value };
    }
    case 5:
      return { from: pos, to: pos + 4 };
    default:
      return undefined;
  }
}

/** A varint below 2^53. */
function varint(message: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let pos = start; pos < start + 7; pos++) {
    const byte = message[pos];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: pos + 1 };
    scale *= 128;
  }
  return undefined;
}
