import { Attr } from '../../../model/attributes.ts';
import type { LogRecord } from '../../../model/log_record.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, byEventName, made } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

function isIpv6(record: LogRecord): string | undefined {
  const type = record.get(Attr.networkType);
  return type === undefined ? undefined : String(type === 'ipv6');
}

/** Connections, and datagrams where they are recorded. */
export const networkConnection: CategoryDefinition = {
  category: 'network_connection',
  eventNames: ['network.connect', 'network.accept', 'network.send', 'network.receive'],
  only: {
    words: 'connections, and UDP datagrams',
    accepts: (record) =>
      record.eventName === 'network.connect' ||
      record.eventName === 'network.accept' ||
      record.get(Attr.networkTransport) === 'udp',
  },
  fields: {
    ...ACTOR_FIELDS,
    Initiated: byEventName('`true` for who connects or sends, else `false`', {
      'network.connect': 'true',
      'network.send': 'true',
      'network.accept': 'false',
      'network.receive': 'false',
    }),
    Protocol: attribute(Attr.networkTransport),
    SourceIp: attribute(Attr.sourceAddress),
    SourcePort: attribute(Attr.sourcePort),
    SourceIsIpv6: made('`network.type`', 'event', isIpv6),
    DestinationIp: attribute(Attr.destinationAddress),
    DestinationPort: attribute(Attr.destinationPort),
    DestinationIsIpv6: made('`network.type`', 'event', isIpv6),
    DestinationHostname: attribute(Attr.destinationDomain, 'inferred'),
  },
  notes: `DestinationHostname is the name that the process asked DNS for within five minutes before; Sysmon looks the address up
backwards. Each datagram is a record.`,
};
