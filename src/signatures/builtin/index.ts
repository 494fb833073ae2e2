import type { SignatureDefinition } from '../api.ts';
import type { HeadReader } from '../file_head.ts';
import { canary } from './canary.ts';
import { droppedExecutable } from './dropped_executable.ts';
import { providerDisabled } from './provider_disabled.ts';
import { sessionStopped } from './session_stopped.ts';

/** The signatures that Sigel brings; `head` looks at files of this machine, where events are of this machine. */
export function builtinSignatures(head: HeadReader | undefined): readonly SignatureDefinition[] {
  return [droppedExecutable(head), sessionStopped, providerDisabled, canary];
}
