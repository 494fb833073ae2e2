import type { Called, EtwControl, SessionFacts } from './control.ts';

/** A session of somebody else's that is read, and nothing more: never stopped, no provider changed. */
export interface AttachedSession {
  readonly name: string;
  /** Its counters now. */
  facts(): Called<SessionFacts>;
}

/** Attaches to a session that runs. */
export function attach(control: EtwControl, name: string): Called<AttachedSession> {
  const found = control.query(name);
  return found.kind === 'failed'
    ? found
    : { kind: 'ok', value: { name: found.value.name, facts: () => control.query(name) } };
}
