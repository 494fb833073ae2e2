import type { InType, OutType } from '../schema.ts';

// TDH_INTYPE_* and TDH_OUTTYPE_* of tdh.h (Windows SDK).
const IN_TYPES: Readonly<Record<number, InType>> = {
  1: 'UnicodeString',
  2: 'AnsiString',
  3: 'Int8',
  4: 'UInt8',
  5: 'Int16',
  6: 'UInt16',
  7: 'Int32',
  8: 'UInt32',
  9: 'Int64',
  10: 'UInt64',
  11: 'Float',
  12: 'Double',
  13: 'Boolean',
  14: 'Binary',
  15: 'GUID',
  16: 'Pointer',
  17: 'FILETIME',
  18: 'SYSTEMTIME',
  19: 'SID',
  20: 'HexInt32',
  21: 'HexInt64',
  22: 'CountedUnicodeString',
  23: 'CountedAnsiString',
  25: 'CountedBinary',
  300: 'CountedUnicodeString',
  301: 'CountedAnsiString',
  306: 'UnicodeChar',
  307: 'AnsiChar',
  308: 'SizeT',
  310: 'WbemSid',
};

const OUT_TYPES: Readonly<Record<number, OutType>> = {
  1: 'string',
  2: 'datetime',
  13: 'bool',
  16: 'hex',
  17: 'hex',
  18: 'hex',
  19: 'hex',
  20: 'pid',
  21: 'tid',
  22: 'port',
  23: 'ipv4',
  24: 'ipv6',
  25: 'sockaddr',
  28: 'xml',
  29: 'hex',
  30: 'win32error',
  31: 'ntstatus',
  32: 'hresult',
  33: 'datetime',
  34: 'json',
  35: 'utf8',
  38: 'datetime',
};

/** The in type of a TDH number; undefined for one that has no known layout. */
export function tdhInType(type: number): InType | undefined {
  return IN_TYPES[type];
}

/** The out type of a TDH number, as far as it changes how a value is shown. */
export function tdhOutType(type: number): OutType | undefined {
  return OUT_TYPES[type];
}
