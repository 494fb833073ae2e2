import type { SignatureDefinition } from './api.ts';

/** The signatures that Sigel brings. */
export function builtinSignatures(): readonly SignatureDefinition[] {
  return [];
}
