import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Condition } from './config.ts';

/** Whether a record meets a condition. */
export type Matcher = (record: LogRecord) => boolean;

/** A record meets a condition when it meets every list given; names compare without regard to case. */
export function matcher(condition: Condition): Matcher {
  const { event_names: names, providers, event_ids: ids } = condition;
  const tests: Matcher[] = [];
  if (ids !== undefined) {
    const wanted = new Set(ids);
    tests.push((record) => {
      const id = record.get(Attr.etwEventId);
      return id !== undefined && wanted.has(id);
    });
  }
  if (names !== undefined) {
    const matches = anyOf(names);
    tests.push((record) => matches(record.eventName));
  }
  if (providers !== undefined) {
    const matches = anyOf(providers.map((provider) => provider.replace(/^\{(.*)\}$/, '$1')));
    tests.push(
      (record) => matches(record.get(Attr.etwProviderName)) || matches(record.get(Attr.etwProviderId)),
    );
  }
  return (record) => tests.every((test) => test(record));
}

function anyOf(patterns: readonly string[]): (text: string | undefined) => boolean {
  const wildcards = patterns.map((pattern) => pattern.toLowerCase().split('*'));
  return (text) => text !== undefined && wildcards.some((parts) => fits(text.toLowerCase(), parts));
}

/** Whether a text is the parts of a pattern in order, with any text where a `*` stood between two of them. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}
