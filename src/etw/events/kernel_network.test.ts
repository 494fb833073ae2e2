import { type MappedCase, testMapping } from '../../../test/support/mapped.ts';
import { classicTcp, classicUdp } from './classic_network.ts';
import { kernelNetwork } from './kernel_network.ts';

// As the kernel writes them: for TCP saddr is this machine whoever sends; for UDP saddr is who sent.
const tcp = {
  PID: 2716,
  size: 77,
  daddr: '157.56.244.38',
  saddr: '10.121.106.118',
  dport: 443,
  sport: 61740,
};
const tcp6 = { PID: 2716, size: 77, daddr: '2001:db8::2', saddr: '2001:db8::1', dport: 443, sport: 61740 };
const udpReceived = {
  PID: 1008,
  size: 30,
  daddr: '224.0.0.252',
  saddr: '10.121.106.186',
  dport: 5355,
  sport: 59880,
};
const udpReceived6 = { ...udpReceived, daddr: 'ff02::1:3', saddr: 'fe80::1' };

const ends = (p: typeof tcp, local: 's' | 'd', source: 's' | 'd') => ({
  'network.local.address': local === 's' ? p.saddr : p.daddr,
  'network.local.port': local === 's' ? p.sport : p.dport,
  'network.peer.address': local === 's' ? p.daddr : p.saddr,
  'network.peer.port': local === 's' ? p.dport : p.sport,
  'source.address': source === 's' ? p.saddr : p.daddr,
  'source.port': source === 's' ? p.sport : p.dport,
  'destination.address': source === 's' ? p.daddr : p.saddr,
  'destination.port': source === 's' ? p.dport : p.sport,
});

interface Row {
  readonly ids: readonly [v4: number, v6: number];
  readonly name: string;
  readonly transport: 'tcp' | 'udp';
  readonly severity: number;
  readonly direction?: 'transmit' | 'receive';
  readonly sized: boolean;
  /** The field pair that is the local end, and the one that is the source. */
  readonly local: 's' | 'd';
  readonly source: 's' | 'd';
}
const rows: readonly Row[] = [
  {
    ids: [10, 26],
    name: 'send',
    transport: 'tcp',
    severity: 5,
    direction: 'transmit',
    sized: true,
    local: 's',
    source: 's',
  },
  {
    ids: [11, 27],
    name: 'receive',
    transport: 'tcp',
    severity: 5,
    direction: 'receive',
    sized: true,
    local: 's',
    source: 'd',
  },
  {
    ids: [12, 28],
    name: 'connect',
    transport: 'tcp',
    severity: 9,
    direction: 'transmit',
    sized: false,
    local: 's',
    source: 's',
  },
  { ids: [13, 29], name: 'disconnect', transport: 'tcp', severity: 5, sized: false, local: 's', source: 's' },
  {
    ids: [14, 30],
    name: 'retransmit',
    transport: 'tcp',
    severity: 5,
    direction: 'transmit',
    sized: true,
    local: 's',
    source: 's',
  },
  {
    ids: [15, 31],
    name: 'accept',
    transport: 'tcp',
    severity: 9,
    direction: 'receive',
    sized: false,
    local: 's',
    source: 'd',
  },
  {
    ids: [16, 32],
    name: 'reconnect',
    transport: 'tcp',
    severity: 5,
    direction: 'transmit',
    sized: false,
    local: 's',
    source: 's',
  },
  {
    ids: [42, 58],
    name: 'send',
    transport: 'udp',
    severity: 5,
    direction: 'transmit',
    sized: true,
    local: 's',
    source: 's',
  },
  {
    ids: [43, 59],
    name: 'receive',
    transport: 'udp',
    severity: 5,
    direction: 'receive',
    sized: true,
    local: 'd',
    source: 's',
  },
];

function cases(row: Row, below = 0): MappedCase[] {
  return row.ids.map((id, i) => {
    const event = id - below;
    const v6 = i === 1;
    const udpIn = row.transport === 'udp' && row.name === 'receive';
    const payload = udpIn ? (v6 ? udpReceived6 : udpReceived) : v6 ? tcp6 : tcp;
    const at = (address: string, port: number) => (v6 ? `[${address}]:${port}` : `${address}:${port}`);
    const source = at(payload.saddr, payload.sport);
    const destination = at(payload.daddr, payload.dport);
    const [local, peer] = row.local === 's' ? [source, destination] : [destination, source];
    const arrow = row.direction === 'receive' ? '<-' : '->';
    return {
      title: `${event}: ${row.transport} ${row.name} over ${v6 ? 'IPv6' : 'IPv4'}`,
      event,
      payload: { ...payload, seqnum: 0, connid: 0 },
      // Data events are logged in whatever context the packet came in.
      header: { pid: 0 },
      eventName: `network.${row.name}`,
      severity: row.severity,
      body: `${row.transport} ${row.name}: ${local} ${arrow} ${peer} (pid ${payload.PID}${row.sized ? `, ${payload.size} bytes` : ''})`,
      attributes: {
        'process.pid': payload.PID,
        'network.transport': row.transport,
        'network.type': v6 ? 'ipv6' : 'ipv4',
        ...(row.direction === undefined ? {} : { 'network.io.direction': row.direction }),
        ...ends(payload, row.local, row.source),
        ...(row.sized ? { 'sigel.network.bytes': payload.size } : {}),
      },
    };
  });
}

testMapping(kernelNetwork, [
  ...rows.flatMap((row) => cases(row)),
  {
    title: 'an address that came as a number is four bytes in network order',
    event: 13,
    payload: { ...tcp, daddr: 0x26f4389d, saddr: 0x0100007f },
    eventName: 'network.disconnect',
    severity: 5,
    body: 'tcp disconnect: 127.0.0.1:61740 -> 157.56.244.38:443 (pid 2716)',
    attributes: {
      'process.pid': 2716,
      'network.transport': 'tcp',
      'network.type': 'ipv4',
      ...ends({ ...tcp, saddr: '127.0.0.1' }, 's', 's'),
    },
  },
]);

// The kernel logger's classes are the same events under other numbers.
const of = (transport: Row['transport']): Row[] => rows.filter((row) => row.transport === transport);
testMapping(
  classicTcp,
  of('tcp').flatMap((row) => cases(row)),
);
testMapping(
  classicUdp,
  of('udp').flatMap((row) => cases(row, 32)),
);
