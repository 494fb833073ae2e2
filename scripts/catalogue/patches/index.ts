import type { FieldPatch } from '../patches.ts';
import { DOTNET_PATCHES } from './dotnet.ts';
import { KERNEL_PATCHES } from './kernel.ts';
import { MEANINGS } from './meanings.ts';
import { NETWORK_PATCHES } from './network.ts';
import { SECURITY_PATCHES } from './security.ts';

/** All patches, in the order they are applied: what is special to a provider counts over what names say. */
export const FIELD_PATCHES: readonly FieldPatch[] = [
  ...MEANINGS,
  ...KERNEL_PATCHES,
  ...DOTNET_PATCHES,
  ...NETWORK_PATCHES,
  ...SECURITY_PATCHES,
];
