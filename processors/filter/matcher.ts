import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { anyOf } from '../../src/model/wildcard.ts';
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
