import type { InstrumentationScope } from '@opentelemetry/core';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Span } from '../../src/model/span.ts';
import type { Groups } from '../../src/otlp/group.ts';
import { asText, plain } from './value.ts';

/** The Collector's `verbosity: normal` of log records: a line for each. */
export function normalLogs(groups: Groups<LogRecord>): string {
  return normal(groups, 'Log', (record) => `${asText(record.body)} ${attributes(record.attributes)}`);
}

/** The Collector's `verbosity: normal` of spans: a line for each. */
export function normalSpans(groups: Groups<Span>): string {
  return normal(groups, 'Traces', (span) => {
    const { traceId, spanId } = span.spanContext();
    return words(plain(span.name), traceId, spanId, attributes(span.attributes));
  });
}

function normal<T>(groups: Groups<T>, what: string, line: (item: T) => string): string {
  const lines: string[] = [];
  for (const [i, [resource, scopes]] of [...groups].entries()) {
    lines.push(
      words(`Resource${what} #${i}`, bracketed(resource.schemaUrl), attributes(resource.attributes)),
    );
    for (const [j, [scope, items]] of [...scopes].entries()) {
      lines.push(words(`Scope${what} #${j}`, ...scopeWords(scope)));
      for (const item of items) lines.push(line(item));
    }
  }
  return lines.map((text) => `${text}\n`).join('');
}

/** A scope may carry attributes beyond the interface, as sdk-logs' records do. */
function scopeWords(
  scope: InstrumentationScope & { readonly attributes?: Readonly<Record<string, unknown>> },
): readonly string[] {
  const { name, version, schemaUrl, attributes: extra } = scope;
  const title = plain(version === undefined || version === '' ? name : `${name}@${version}`);
  return [title, bracketed(schemaUrl), attributes(extra ?? {})];
}

function attributes(values: Readonly<Record<string, unknown>>): string {
  return words(...Object.entries(values).map(([key, value]) => `${plain(key)}=${asText(value)}`));
}

function bracketed(url: string | undefined): string {
  return url === undefined || url === '' ? '' : `[${plain(url)}]`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
