import type { ProviderMapping } from './mapping.ts';
import { network, TCP_EVENTS } from './network.ts';

const NOTES = `Reads as Kernel-Network does. The header of these events names no process; process.pid is the payload's.`;

/** The kernel logger's TcpIp class: opcodes 10-16 (IPv4) and 26-32 (IPv6). */
export const classicTcp: ProviderMapping = {
  guid: '9a280ac0-c8e0-11d1-84e2-00c04fb998a2',
  name: 'TcpIp',
  notes: NOTES,
  keyedBy: 'opcode',
  events: TCP_EVENTS,
};

/** The kernel logger's UdpIp class: opcodes 10-11 (IPv4) and 26-27 (IPv6). */
export const classicUdp: ProviderMapping = {
  guid: 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80',
  name: 'UdpIp',
  notes: NOTES,
  keyedBy: 'opcode',
  events: {
    10: network('send', 'udp', 'ipv4'),
    11: network('receive', 'udp', 'ipv4'),
    26: network('send', 'udp', 'ipv6'),
    27: network('receive', 'udp', 'ipv6'),
  },
};
