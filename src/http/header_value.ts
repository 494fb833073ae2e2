import { secret } from '../config/units.ts';

const HEADER_VALUE = /^[\x20-\x7e]*$/;

/** A header's value, which may be a secret. */
export function headerValue() {
  return secret().regex(HEADER_VALUE, { error: 'expected printable ASCII' });
}
