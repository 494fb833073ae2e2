import type { FieldFacts } from '../facts.ts';
import type { FieldPatch } from '../patches.ts';

const BITS = 'Microsoft-Windows-Bits-Client';
const DNS = 'Microsoft-Windows-DNS-Client';
const SMB_CLIENT = 'Microsoft-Windows-SMBClient';
const SMB_SERVER = 'Microsoft-Windows-SMBServer';
const TCPIP = 'Microsoft-Windows-TCPIP';
const WEB_IO = 'Microsoft-Windows-WebIO';
const WIN_INET = 'Microsoft-Windows-WinINet';

const ONE_LENGTH = 'the one length of the event, which stands before its addresses';
const DNS_STATUS = 'windns.h: a DNS_STATUS is a Win32 error of winerror.h';
const SOCKADDR =
  'the addresses of these events start with their family (02 00 for IPv4) where the event log shows them';

const lengthOf = (ids: readonly number[], field: RegExp, length: string): FieldPatch => ({
  provider: TCPIP,
  ids,
  field,
  in: 'Binary',
  set: { length },
  source: ONE_LENGTH,
});
const sockaddr = (provider: string, field: RegExp): FieldPatch => ({
  provider,
  field,
  in: 'Binary',
  set: { out: 'SocketAddress' },
  source: SOCKADDR,
});
const ip = (provider: string, field: RegExp, version: 4 | 6, source: string, ids?: number[]): FieldPatch => ({
  provider,
  ...(ids === undefined ? {} : { ids }),
  field,
  in: version === 4 ? 'UInt32' : 'Binary',
  set: { out: `IPv${version}` } satisfies Partial<FieldFacts>,
  source,
});

/** The network: names, TCP/IP, SMB, HTTP clients. */
export const NETWORK_PATCHES: readonly FieldPatch[] = [
  {
    provider: DNS,
    field: /^(Dns)?Address$/,
    in: 'Binary',
    set: { out: 'SocketAddress' },
    source: 'recorded events 1001: a sockaddr of AddressLength bytes',
  },
  ip(DNS, /^(Source|Destination)Address$/, 6, 'event DnsV6Tuple', [60_102]),
  ip(DNS, /^(Source|Destination)Address$/, 4, 'event DnsV4Tuple', [60_101]),
  {
    provider: DNS,
    field: /^(Status|QueryStatus|ResponseStatus|StatusCode|ErrorCode)$/,
    in: 'UInt32',
    set: { out: 'Win32Error' },
    source: DNS_STATUS,
  },
  lengthOf([1370], /^(ConstrainSource|NextHop)Address$/, 'IpAddrLength'),
  lengthOf([1476], /^(Source|Destination)Address$/, 'AddressLength'),
  lengthOf([1489, 1490], /^IPv6SourceAddress$/, 'IpSourceAddrLength'),
  lengthOf([1504], /^IPv6(DestinationAddress|NextHop)$/, 'IpAddrLength'),
  lengthOf([1507], /^IPv6(Source|Destination)Address$/, 'IpAddrLength'),
  lengthOf([1538, 1539, 1543], /^DlSourceAddress$/, 'DlAddrLength'),
  lengthOf([1544], /^Value$/, 'Length'),
  lengthOf([1553], /^(Local|Remote|Redirect)SockAddr$/, 'SockAddrLength'),
  lengthOf([1620], /^(Local|Remote)Address$/, 'AddressLength'),
  lengthOf([1638], /^Prefix$/, 'PrefixAddrLength'),
  lengthOf([1642], /^(SourceIpAddress|PrefixValue)$/, 'AddressLength'),
  ip(
    TCPIP,
    /^(Source|Dest)?IPv4(Source|Destination|Local|Remote|NextHop)?(Address|Prefix|NextHop)$/,
    4,
    'the name',
  ),
  ip(TCPIP, /^Ip(Source|Target)Address$/, 4, 'events of ARP, which is of IPv4', [1538, 1539, 1543]),
  ip(TCPIP, /^IPv6(Source|Dest|Destination|NextHop)?(Address)?$/, 6, 'the name'),
  sockaddr(TCPIP, /SockAddr$|^SocketAddress$|^(Local|Remote|Endpoint|Send)Address$/),
  {
    provider: [TCPIP, SMB_CLIENT, SMB_SERVER],
    field: /Status$/,
    in: ['UInt32', 'HexInt32'],
    set: { out: 'NTSTATUS' },
    source: 'kernel components, whose results are NTSTATUS',
  },
  {
    provider: SMB_CLIENT,
    ids: [30_803, 30_822, 30_823, 30_824],
    field: /^(Local|Remote)Address$/,
    in: 'Binary',
    set: { length: 'AddressLength' },
    source: 'event 30822 in the manifest of build 17134: both addresses have that length',
  },
  {
    provider: SMB_SERVER,
    ids: [500, 501, 502],
    field: /^TransportName$/,
    in: 'UnicodeString',
    set: { length: 'TransportLength' },
    source: ONE_LENGTH,
  },
  {
    provider: BITS,
    ids: [24, 70],
    field: /^(source|client)Address$/,
    in: 'Binary',
    set: { length: '*', out: 'SocketAddress' },
    source: 'the only field of the event',
  },
  {
    provider: SMB_SERVER,
    ids: [1051],
    field: /^ClientCipherOrder$/,
    in: 'UInt16',
    set: { count: 'LoggedClientCipherCount' },
    source: 'the name; an array of 16-bit cipher ids, as Dialects is',
  },
  sockaddr(SMB_CLIENT, /Address$/),
  sockaddr(SMB_SERVER, /Address$/),
  sockaddr(WEB_IO, /^SockAddr$/),
  sockaddr(WIN_INET, /^(Local|Remote)Address$/),
  {
    provider: [WEB_IO, WIN_INET],
    field: /^[Ee]rror$/,
    in: ['UInt32', 'Int32'],
    set: { out: 'Win32Error' },
    source: 'winhttp.h, wininet.h: the errors of these components are Win32 errors',
  },
  {
    provider: [WIN_INET, SMB_CLIENT, BITS],
    field: /^(HResult|hr)$/,
    in: ['UInt32', 'Int32'],
    set: { out: 'HResult' },
    source: 'the name',
  },
];
