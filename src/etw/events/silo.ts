import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import type { Variant } from './mapping.ts';

// SERVERSILO_STATE of winnt.h.
const STATES = ['initing', 'started', 'shutting_down', 'terminating', 'terminated'] as const;

/** The state of a server silo by name; the number as text where it has none. */
export function siloState(value: FieldValue): string | undefined {
  return typeof value === 'number' ? (STATES[value] ?? String(value)) : undefined;
}

const variant = (state: (typeof STATES)[number], name: string, words: string): Variant => ({
  eventName: `container.silo.${name}`,
  severity: Severity.info,
  body: `silo {sigel.silo.id} ${words} (job {windows.job.id})`,
  keys: [Attr.siloState, Attr.siloId],
  when: (value) => value === state,
  words: `the state is ${state}`,
});

/** The two states that begin and end a silo's life. */
export const SILO_VARIANTS: readonly Variant[] = [
  variant('started', 'start', 'started'),
  variant('terminated', 'stop', 'terminated'),
];
