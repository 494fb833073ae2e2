import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value } from '../../model/value.ts';

/** A payload that nests deeper is searched down to here. */
const MAX_DEPTH = 4;

/**
 * What a search for keywords looks through: what the event itself says, its body, attributes and payload; not what
 * was added to it of processes and containers.
 */
export function textsOf(record: LogRecord): string[] {
  const found: string[] = [];
  if (typeof record.body === 'string') found.push(record.body);
  for (const value of record.own.values) addTexts(value, MAX_DEPTH, found);
  const provider = record.get(Attr.etwProviderName);
  if (provider !== undefined) found.push(provider);
  return found;
}

function addTexts(value: Value | undefined, depth: number, found: string[]): void {
  if (typeof value === 'string') found.push(value);
  else if (typeof value === 'number') found.push(String(value));
  else if (depth > 0 && typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    for (const part of Object.values(value)) addTexts(part, depth - 1, found);
}
