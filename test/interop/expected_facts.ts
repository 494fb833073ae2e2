import type { ReferenceEvent } from './reference_reader.ts';

/** What a record must say beyond time and identity, by attribute name; `eventName` is its name. */
export type Facts = Readonly<Record<string, string | number>>;

/** The facts of an event whose payload this table can read; undefined for all others. */
export function expectedFacts(_event: ReferenceEvent): Facts | undefined {
  return undefined;
}
