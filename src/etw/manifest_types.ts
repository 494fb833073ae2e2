import type { InType, OutType } from './schema.ts';

/**
 * The in types of the instrumentation manifest schema (eventman.xsd, Windows SDK) without their `win:` prefix,
 * in the order of TDH_INTYPE_*, from 1.
 */
export const MANIFEST_IN_TYPES = [
  'UnicodeString',
  'AnsiString',
  'Int8',
  'UInt8',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'Binary',
  'GUID',
  'Pointer',
  'FILETIME',
  'SYSTEMTIME',
  'SID',
  'HexInt32',
  'HexInt64',
] as const satisfies readonly InType[];

/** In types that came later: a u16 length in bytes stands in front. */
export const COUNTED_IN_TYPES = [
  'CountedUnicodeString',
  'CountedAnsiString',
  'CountedBinary',
] as const satisfies readonly InType[];

/** Out types of the manifest schema, without `win:` or `xs:`, as far as they change how a value is shown. */
export const MANIFEST_OUT_TYPES: ReadonlyMap<string, OutType> = new Map([
  ['boolean', 'bool'],
  ['HexInt8', 'hex'],
  ['HexInt16', 'hex'],
  ['HexInt32', 'hex'],
  ['HexInt64', 'hex'],
  // TDH shows these in hexadecimal.
  ['ErrorCode', 'hex'],
  ['CodePointer', 'hex'],
  ['PID', 'pid'],
  ['TID', 'tid'],
  ['Port', 'port'],
  ['IPv4', 'ipv4'],
  ['IPv6', 'ipv6'],
  ['SocketAddress', 'sockaddr'],
  ['Xml', 'xml'],
  ['Json', 'json'],
  ['Utf8', 'utf8'],
  ['Win32Error', 'win32error'],
  ['NTSTATUS', 'ntstatus'],
  ['NTStatus', 'ntstatus'],
  ['HResult', 'hresult'],
  ['dateTime', 'datetime'],
  ['DateTimeCultureInsensitive', 'datetime'],
  ['DateTimeUtc', 'datetime'],
]);
