import type { ProviderMapping } from './mapping.ts';
import { network, TCP_EVENTS } from './network.ts';

const NOTES = `source is who began, or for data who sent it; local is this machine. process.pid comes from the payload: data
events are logged in whatever context the packet came in. Sends and receives are many: leave them out where they are not needed.`;

/** Microsoft-Windows-Kernel-Network: TCP 10-18 (IPv4) and 26-34 (IPv6), UDP 42-43 and 58-59. */
export const kernelNetwork: ProviderMapping = {
  guid: '7dd42a49-5329-4832-8dfd-43d979153a88',
  name: 'Microsoft-Windows-Kernel-Network',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    ...TCP_EVENTS,
    42: network('send', 'udp', 'ipv4'),
    43: network('receive', 'udp', 'ipv4'),
    58: network('send', 'udp', 'ipv6'),
    59: network('receive', 'udp', 'ipv6'),
  },
};
