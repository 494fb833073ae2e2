import type { LogRecord } from '../model/log_record.ts';
import type { Logsource } from './logsource.ts';
import type { SigmaRule } from './rule/documents.ts';
import { LOGSOURCE_TABLES } from './tables.ts';

/** Of each rule, once. */
const SOURCES = new WeakMap<SigmaRule, readonly Logsource[]>();

/** The log source by which a rule reads a record; undefined where the record is none that it means. */
export function sourceOf(rule: SigmaRule, record: LogRecord): Logsource | undefined {
  let sources = SOURCES.get(rule);
  if (sources === undefined) {
    sources = LOGSOURCE_TABLES.map((table) => table.find(rule.logsource)).filter((one) => one !== undefined);
    SOURCES.set(rule, sources);
  }
  return sources.find((source) => belongsTo(source, record));
}

function belongsTo(source: Logsource, record: LogRecord): boolean {
  const { eventNames } = source;
  return (eventNames === 'any' || eventNames.includes(record.eventName)) && source.accepts(record);
}
