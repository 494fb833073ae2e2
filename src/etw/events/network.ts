import type { SeverityNumber } from '@opentelemetry/api';
import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { constant, field, ipAddress, processId } from './conversions.ts';
import type { EventMapping, FieldMapping } from './mapping.ts';

/**
 * Who is who. TCP events speak of a connection, not of a packet: saddr and sport are the local end, daddr
 * and dport the remote one, for every event. Measured on a recorded trace (Windows 7): all 575 sends and
 * 7,968 receives of a connection that the machine opened have its own address as saddr, and so have those of
 * one that it accepted (saddr port 3389); hence connect and accept read the same way. UDP events speak of
 * the datagram: for a receive saddr is the sender, so the remote end, and daddr where it was sent to, which
 * may be a multicast group (149 receives, daddr 224.0.0.252 or a broadcast address).
 */
type LocalEnd = 'source' | 'destination';

const ENDS = {
  source: { address: 'saddr', port: 'sport' },
  destination: { address: 'daddr', port: 'dport' },
} as const;

interface Kind {
  readonly eventName: string;
  readonly body: string;
  readonly severity: SeverityNumber;
  /** network.io.direction, where data or a connection goes one way. */
  readonly direction?: 'transmit' | 'receive';
  /** Events about data tell its size; for the others the field has no meaning. */
  readonly sized?: boolean;
}

const KINDS = {
  connect: { eventName: 'network.connect', body: 'connect', severity: Severity.info, direction: 'transmit' },
  accept: { eventName: 'network.accept', body: 'accept', severity: Severity.info, direction: 'receive' },
  disconnect: { eventName: 'network.disconnect', body: 'disconnect', severity: Severity.debug },
  reconnect: {
    eventName: 'network.reconnect',
    body: 'reconnect',
    severity: Severity.debug,
    direction: 'transmit',
  },
  retransmit: {
    eventName: 'network.retransmit',
    body: 'retransmit',
    severity: Severity.debug,
    direction: 'transmit',
    sized: true,
  },
  send: {
    eventName: 'network.send',
    body: 'send',
    severity: Severity.debug,
    direction: 'transmit',
    sized: true,
  },
  receive: {
    eventName: 'network.receive',
    body: 'receive',
    severity: Severity.debug,
    direction: 'receive',
    sized: true,
  },
} as const satisfies Record<string, Kind>;

/** What a network event tells of. */
export type NetworkKind = keyof typeof KINDS;

/**
 * The mapping of a network event. source is who began: the local end, but for accepts and receives;
 * destination the other one.
 */
export function network(kind: NetworkKind, transport: 'tcp' | 'udp', type: 'ipv4' | 'ipv6'): EventMapping {
  const { eventName, body, severity, direction, sized }: Kind = KINDS[kind];
  const incoming = direction === 'receive';
  const local: LocalEnd = transport === 'udp' && incoming ? 'destination' : 'source';
  const remote: LocalEnd = local === 'source' ? 'destination' : 'source';
  const at = (end: 'local' | 'peer'): string => {
    const name = `{network.${end}.address}`;
    return `${type === 'ipv6' ? `[${name}]` : name}:{network.${end}.port}`;
  };
  const size = sized === true ? ', {sigel.network.bytes} bytes' : '';
  return {
    eventName,
    severity,
    body: `${transport} ${body}: ${at('local')} ${incoming ? '<-' : '->'} ${at('peer')} (pid {process.pid}${size})`,
    fields: [
      field('PID', Attr.processPid, processId),
      ...endpoint(local, Attr.networkLocalAddress, Attr.networkLocalPort),
      ...endpoint(remote, Attr.networkPeerAddress, Attr.networkPeerPort),
      ...endpoint(incoming ? remote : local, Attr.sourceAddress, Attr.sourcePort),
      ...endpoint(incoming ? local : remote, Attr.destinationAddress, Attr.destinationPort),
      ...(sized === true ? [field('size', Attr.networkBytes)] : []),
    ],
    constants: [
      constant(Attr.networkTransport, transport),
      constant(Attr.networkType, type),
      ...(direction === undefined ? [] : [constant(Attr.networkIoDirection, direction)]),
    ],
    ...(kind === 'connect' ? { learned: [Attr.destinationDomain] } : {}),
  };
}

function endpoint(end: LocalEnd, address: AttributeKey<string>, port: AttributeKey<number>): FieldMapping[] {
  return [field(ENDS[end].address, address, ipAddress), field(ENDS[end].port, port)];
}

/** TCP events by number, which Kernel-Network's ids and the kernel logger's opcodes share. */
export const TCP_EVENTS: Readonly<Record<number, EventMapping>> = {
  10: network('send', 'tcp', 'ipv4'),
  11: network('receive', 'tcp', 'ipv4'),
  12: network('connect', 'tcp', 'ipv4'),
  13: network('disconnect', 'tcp', 'ipv4'),
  14: network('retransmit', 'tcp', 'ipv4'),
  15: network('accept', 'tcp', 'ipv4'),
  16: network('reconnect', 'tcp', 'ipv4'),
  26: network('send', 'tcp', 'ipv6'),
  27: network('receive', 'tcp', 'ipv6'),
  28: network('connect', 'tcp', 'ipv6'),
  29: network('disconnect', 'tcp', 'ipv6'),
  30: network('retransmit', 'tcp', 'ipv6'),
  31: network('accept', 'tcp', 'ipv6'),
  32: network('reconnect', 'tcp', 'ipv6'),
};
