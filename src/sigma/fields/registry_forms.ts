import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { FieldValue } from '../logsource.ts';

const CLASSES = /^HKLM\\SOFTWARE\\Classes(?=\\|$)/i;

/**
 * A key as Sysmon writes it; rules know the classes of the machine by both of their names, `HKLM\SOFTWARE\Classes`
 * and `HKCR`.
 */
export function keyForms(key: string): string | readonly string[] {
  const short = key.replace(CLASSES, 'HKCR');
  return short === key ? key : [key, short];
}

/** The key, and for what happens to a value its name; the unnamed value of a key is its default. */
export function targetObjectOf(record: LogRecord): FieldValue | undefined {
  const key = record.get(Attr.registryKey);
  if (key === undefined) return undefined;
  if (!record.eventName.startsWith('registry.value.')) return keyForms(key);
  return keyForms(`${key}\\${record.get(Attr.registryValue) ?? '(Default)'}`);
}

/** A value's data as Sysmon writes it: `DWORD (0x00000001)`, `QWORD (0x00000000-0x00000001)`, texts, else `Binary Data`. */
export function detailsOf(record: LogRecord): FieldValue | undefined {
  const type = record.get(Attr.registryDataType);
  if (type === undefined) return undefined;
  const strings = record.get(Attr.registryDataStrings);
  const first = strings?.[0];
  switch (type) {
    case 'REG_DWORD':
      return numberText(first, 8, (digits) => `DWORD (0x${digits})`);
    case 'REG_QWORD':
      return numberText(first, 16, (digits) => `QWORD (0x${digits.slice(0, 8)}-0x${digits.slice(8)})`);
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
    case 'REG_LINK':
      return first === '' ? EMPTY : first;
    case 'REG_MULTI_SZ':
      return strings?.length === 0 ? EMPTY : strings;
    default:
      return 'Binary Data';
  }
}

const EMPTY = '(Empty)';

function numberText(
  decimal: string | undefined,
  digits: number,
  text: (digits: string) => string,
): string | undefined {
  if (decimal === undefined || !/^\d{1,20}$/.test(decimal)) return undefined;
  return text(BigInt(decimal).toString(16).padStart(digits, '0'));
}
