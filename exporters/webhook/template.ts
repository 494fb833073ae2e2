import { Buffer } from 'node:buffer';
import { timeText } from '../../src/etw/time_text.ts';
import type { LogRecord } from '../../src/model/log_record.ts';

/** What a placeholder that is no attribute's name stands for. */
const FIELDS: Readonly<Record<string, (record: LogRecord) => unknown>> = {
  time: ({ hrTime }) => timeText(...hrTime),
  observed_time: ({ hrTimeObserved }) => timeText(...hrTimeObserved),
  event_name: ({ eventName }) => eventName,
  severity_number: ({ severityNumber }) => severityNumber,
  severity_text: ({ severityText }) => severityText,
  body: ({ body }) => body,
  attributes: ({ attributes }) => attributes,
  resource: ({ resource }) => resource.attributes,
  trace_id: ({ spanContext }) => spanContext?.traceId,
  span_id: ({ spanContext }) => spanContext?.spanId,
};

const PLACEHOLDER = /\{\{ *([^{}\s]{1,200}) *\}\}/g;

/** What a request holds of a record unless the configuration says otherwise. */
export const DEFAULT_BODY: Readonly<Record<string, unknown>> = {
  time: '{{time}}',
  severity: '{{severity_text}}',
  event_name: '{{event_name}}',
  body: '{{body}}',
  attributes: '{{attributes}}',
  resource: '{{resource}}',
};

/**
 * Fills a template and writes it as one line of JSON. The template is a value, not text: whatever a record holds stays
 * inside of its string. Where a string is one placeholder alone, the value keeps its type, and is null where
 * the record has none; inside of other text it stands as text, or as nothing.
 */
export function render(template: unknown, record: LogRecord): string {
  return JSON.stringify(filled(template, record), (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}

/** What is wrong with the placeholders of a template, if anything. */
export function complaintOf(template: unknown): string | undefined {
  if (typeof template === 'string')
    return /\{\{|\}\}/.test(template.replace(PLACEHOLDER, ''))
      ? `expected placeholders such as "{{event_name}}" or "{{k8s.pod.name}}", not ${JSON.stringify(template)}`
      : undefined;
  if (typeof template !== 'object' || template === null) return undefined;
  for (const value of Object.values(template)) {
    const complaint = complaintOf(value);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function filled(template: unknown, record: LogRecord): unknown {
  if (typeof template === 'string') return filledText(template, record);
  if (Array.isArray(template)) return template.map((item) => filled(item, record));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filled(value, record)]));
}

function filledText(text: string, record: LogRecord): unknown {
  const [only] = text.matchAll(PLACEHOLDER);
  if (only?.[0] === text) return valueOf(only[1] ?? '', record) ?? null;
  return text.replace(PLACEHOLDER, (_, name: string) => asText(valueOf(name, record)));
}

function valueOf(name: string, record: LogRecord): unknown {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name]?.(record);
  const holder = Object.hasOwn(record.attributes, name) ? record.attributes : record.resource.attributes;
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
