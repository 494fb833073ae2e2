import type { FieldValue } from '../schema.ts';

// SERVERSILO_STATE of winnt.h.
const STATES = ['initing', 'started', 'shutting_down', 'terminating', 'terminated'] as const;

/** The state of a server silo by name; the number as text where it has none. */
export function siloState(value: FieldValue): string | undefined {
  return typeof value === 'number' ? (STATES[value] ?? String(value)) : undefined;
}
