import { missingFunction, windowsError } from '../abi/errors.ts';
import type { Called } from '../sessions/control.ts';

/** A call that Windows refused; code 0 for a function that it does not have. */
export function refused(what: string, code: number, advice?: string): Called<never> {
  const error = code === 0 ? missingFunction(`${what} is not possible here`) : windowsError(code, what);
  return { kind: 'failed', error: advice === undefined ? error : { ...error, advice } };
}
