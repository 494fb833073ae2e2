import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value } from '../../model/value.ts';

/** A payload that nests deeper is searched down to here. */
const MAX_DEPTH = 4;

/**
 * What a search for keywords looks through: what the event itself says, its body, attributes and payload; not what
 * was added to it of processes and containers.
 */
export function* textsOf(record: LogRecord): Generator<string> {
  if (typeof record.body === 'string') yield record.body;
  for (const value of record.own.values) yield* textsIn(value, MAX_DEPTH);
  const provider = record.get(Attr.etwProviderName);
  if (provider !== undefined) yield provider;
}

function* textsIn(value: Value | undefined, depth: number): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (depth > 0 && typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    for (const part of Object.values(value)) yield* textsIn(part, depth - 1);
}
