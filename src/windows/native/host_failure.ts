import type { Called } from '../sessions/control.ts';

/** A call that Windows refused; code 0 for a function that it does not have. */
export function refused(what: string, code: number, advice?: string): Called<never> {
  const message = code === 0 ? `${what} is not possible here` : `${what} failed with error ${code}`;
  return { kind: 'failed', error: { code, name: String(code), message, advice } };
}
