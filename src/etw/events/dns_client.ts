import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { field, processId, status } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

// Record types by number (IANA DNS parameters), as far as Windows' resolver is asked for them.
const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  46: 'RRSIG',
  48: 'DNSKEY',
  64: 'SVCB',
  65: 'HTTPS',
  255: 'ANY',
  257: 'CAA',
};

/** A record type by name, or as RFC 3597 writes those without one (`TYPE731`). */
function recordType(value: FieldValue): string | undefined {
  return typeof value === 'number' ? (TYPES[value] ?? `TYPE${value}`) : undefined;
}

const MAX_ANSWERS = 64;

/**
 * QueryResults is one text: addresses and `type:  5 name` parts, each followed by a semicolon; IPv4
 * addresses may come as `::ffff:192.0.2.1`. The list has the names and addresses alone, at most 64.
 */
export function answers(value: FieldValue): readonly string[] | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const list: string[] = [];
  for (const part of value.split(';', MAX_ANSWERS)) {
    const answer = part
      .trim()
      .replace(/^type:\s*\d+\s+/, '')
      .replace(/^::ffff:(?=\d+\.)/, '');
    if (answer !== '' && answer !== '-') list.push(answer);
  }
  return list.length === 0 ? undefined : list;
}

const QUESTION = [
  field('QueryName', Attr.dnsQuestionName),
  field('QueryType', Attr.dnsQuestionType, recordType),
];

const NOTES = `One lookup makes several events: 3006 when a process asks, 3020 in the DNS Client service for each network
that answered, 3008 when the process that asked has its result. So 3008 is \`dns.query\`: one per lookup, failed and cached
ones included, in the process that asked, with status and answers. 3006 is \`dns.query.start\`, which shows lookups that never
end; 3020 is \`dns.response\`, whose ClientPID (version 1 on) names the process that asked.`;

/** Microsoft-Windows-DNS-Client. */
export const dnsClient: ProviderMapping = {
  guid: '1c95126e-7eea-49a9-a3fe-a378b03ddb4d',
  name: 'Microsoft-Windows-DNS-Client',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    3006: {
      eventName: 'dns.query.start',
      severity: Severity.debug,
      body: 'dns query started: {dns.question.name} {dns.question.type}',
      fields: QUESTION,
    },
    3008: {
      eventName: 'dns.query',
      severity: Severity.info,
      body: 'dns query: {dns.question.name} {dns.question.type} (status {sigel.dns.status})',
      fields: [
        ...QUESTION,
        field('QueryStatus', Attr.dnsStatus, status),
        field('QueryResults', Attr.dnsAnswers, answers),
      ],
    },
    3020: {
      eventName: 'dns.response',
      severity: Severity.debug,
      body: 'dns response: {dns.question.name} {dns.question.type} (status {sigel.dns.status})',
      fields: [
        ...QUESTION,
        field('ClientPID', Attr.processPid, processId),
        field('Status', Attr.dnsStatus, status),
        field('QueryResults', Attr.dnsAnswers, answers),
      ],
    },
  },
};
