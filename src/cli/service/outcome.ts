import type { Called } from '../../windows/sessions/control.ts';

/** What came of an action, and what to say of it. */
export interface Outcome {
  readonly isDone: boolean;
  readonly says: string;
}

/** An outcome of a call. */
export function outcome(called: Called<void>, says: string): Outcome {
  if (called.kind === 'ok') return { isDone: true, says };
  const { message, advice } = called.error;
  return { isDone: false, says: advice === undefined ? message : `${message}: ${advice}` };
}
