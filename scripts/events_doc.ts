import type { EventMapping, FieldMapping, ProviderMapping, Variant } from '../src/etw/events/mapping.ts';
import { PROVIDER_MAPPINGS } from '../src/etw/events/mappings.ts';

const HEAD = `# Events

Which record an ETW event becomes. Generated from the tables in src/etw/events by \`npm run generate\`; change those.

Every record carries the facts of the trace: \`etw.provider.id\`, \`etw.provider.name\`, \`etw.event.id\`, \`etw.version\`,
\`etw.opcode\`, \`etw.task\`, \`etw.level\`, \`etw.keywords\` (\`0x…\`), \`etw.process.id\` and \`etw.thread.id\` (who logged it),
\`etw.activity.id\` and \`etw.related_activity.id\` where the event has them, and \`process.pid\`: the process the event is about,
which is the one its payload names, else the one that logged it. Attributes whose field an event's version does not have,
or leaves empty, are absent.

*Learned* attributes come from other events, where those were recorded too: the other half of an event that two providers
tell of, the path behind an address, the view of the process that acts ([architecture](architecture.md#correlation)).

The severity is the table's; an event that its provider marks as warning, error or critical has at least that severity
(WARN 13, ERROR 17, FATAL 21).

## Events without a table

They become records all the same. EventName is \`<provider>/<event name>\`, or \`<provider>/<id>\` (classic and kernel events:
\`<class>/<opcode>\`) when no schema names them. The decoded payload is the nested attribute \`etw.event.data\`: integers as
numbers, those beyond 2^53 as decimal strings; addresses, keys and hexadecimal types as \`0x…\` strings; FILETIMEs as RFC 3339
with 7 digits; binary as bytes. Without a schema the payload is \`etw.event.payload\`, as bytes. The severity follows the
event's level: critical FATAL 21, error ERROR 17, warning WARN 13, informational and none INFO 9, verbose DEBUG 5.

Bodies are for people: an attribute quoted in one is cut at 300 characters. A script that is the body itself is cut at
32 KiB; \`sigel.body.original_size\` then has its size.
`;

const SEVERITIES: Readonly<Record<number, string>> = {
  5: 'DEBUG',
  9: 'INFO',
  13: 'WARN',
  17: 'ERROR',
  21: 'FATAL',
};

/** The text of docs/events.md. */
export function eventsDoc(): string {
  return [HEAD, ...PROVIDER_MAPPINGS.map(section)].join('\n');
}

function section(mapping: ProviderMapping): string {
  const keys = new Map<EventMapping, string[]>();
  for (const [key, event] of Object.entries(mapping.events))
    keys.set(event, [...(keys.get(event) ?? []), key]);
  const rows = [...keys].map(([event, ids]) => row(ids.join(', '), event));
  const kind = mapping.keyedBy === 'id' ? 'Id' : 'Opcode';
  return `## ${mapping.name}

\`${mapping.guid}\`
${mapping.notes === undefined ? '' : `\n${mapping.notes}\n`}
| ${kind} | EventName | Severity | Body | Attributes |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function row(ids: string, event: EventMapping): string {
  const severity = `${SEVERITIES[event.severity]} ${event.severity}`;
  const raised = event.raise === undefined ? '' : `; ${event.raise.severity} on ${event.raise.words}`;
  const body = event.bodyField === undefined ? code(event.body) : `the text of ${event.bodyField}`;
  const attributes = [
    ...event.fields.map(attribute),
    ...learned(event),
    ...(event.constants ?? []).map(
      ({ key, value }) => `${code(key.name)} = ${String(value as string | number | boolean)}`,
    ),
  ];
  const name = [code(event.eventName), ...(event.variants ?? []).map(variant)].join('<br>');
  return `| ${ids} | ${name} | ${severity}${raised} | ${body} | ${attributes.join('<br>')} |`;
}

function variant({ eventName, severity, words }: Variant): string {
  return `${code(eventName)} (${SEVERITIES[severity]} ${severity}) where ${words}`;
}

// What the event's own fields give already, and only other events make complete, needs no second line.
function learned(event: EventMapping): string[] {
  const own = new Set(event.fields.map(({ to }) => to));
  const names = (event.learned ?? []).filter((key) => !own.has(key)).map((key) => code(key.name));
  return names.length === 0 ? [] : [`learned: ${names.join(', ')}`];
}

function attribute({ from, to, convert, beside }: FieldMapping): string {
  const fields = `${from.join(' or ')}${beside === undefined ? '' : ` with ${beside}`}`;
  // What takes a value as it is, or only checks it, says nothing to the reader.
  const how = ['text', 'int', 'flag', 'processId'].includes(convert.name) ? '' : `, ${words(convert.name)}`;
  return `${code(to.name)}: ${fields}${how}`;
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

// A pipe would end the cell.
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
