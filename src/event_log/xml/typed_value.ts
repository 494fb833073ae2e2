import { Buffer } from 'node:buffer';
import type { FieldValue, InType } from '../../etw/schema.ts';
import { readFileTime } from '../../etw/time_text.ts';
import type { TypedValue } from '../element.ts';

const INTEGER = /^-?\d{1,20}$/;
const HEX = /^0x[0-9a-f]{1,16}$/i;
const GUID = /^\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}$/i;
const TEXTS: ReadonlySet<InType> = new Set(['UnicodeString', 'AnsiString']);
const BYTES = /^(?:[0-9a-f]{2})+$/i;

/**
 * A value as the event was written, from its text in XML and the type that its provider's description gives it; a text
 * that is none of that type stays one. Hexadecimal digits tell a hexadecimal type, which descriptions call by an out type.
 */
export function typedValue(text: string, described: InType): TypedValue {
  if (text === '') return { inType: 'UnicodeString', value: TEXTS.has(described) ? '' : undefined };
  return read(text, described) ?? { inType: 'UnicodeString', value: text };
}

function read(text: string, described: InType): TypedValue | undefined {
  switch (described) {
    case 'Int8':
    case 'UInt8':
    case 'Int16':
    case 'UInt16':
    case 'Int32':
    case 'UInt32':
    case 'HexInt32':
      return integer(text, described, 'HexInt32');
    case 'Int64':
    case 'UInt64':
    case 'HexInt64':
    case 'Pointer':
    case 'SizeT':
      return integer(text, described, 'HexInt64');
    case 'Float':
    case 'Double':
      return of(described, Number(text));
    case 'Boolean':
      return text === 'true' || text === 'false' ? of('Boolean', text === 'true') : undefined;
    case 'GUID':
      return of('GUID', GUID.exec(text)?.[1]?.toLowerCase());
    case 'FILETIME':
      return of('FILETIME', exact(readFileTime(text)));
    case 'SYSTEMTIME':
      return of(
        'SYSTEMTIME',
        readFileTime(text) === undefined ? undefined : text.slice(0, 23).replace('Z', ''),
      );
    case 'Binary':
      return of('Binary', BYTES.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined);
    case 'SID':
      return of('SID', text);
    default:
      return undefined;
  }
}

function integer(text: string, described: InType, hex: InType): TypedValue | undefined {
  if (HEX.test(text)) return of(hex, exact(BigInt(text)));
  return INTEGER.test(text) ? of(described, exact(BigInt(text))) : undefined;
}

function of(inType: InType, value: FieldValue): TypedValue | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : { inType, value };
}

function exact(value: bigint | undefined): number | bigint | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
