import { win32 } from 'node:path';
import type { HostSignatures } from '../../file_facts/signature.ts';
import { deviceOfLetter } from '../native/host_volumes.ts';
import { Libraries, type LibraryPlaces, placesFromEnvironment } from '../native/libraries.ts';
import { trustCalls } from '../native/trust_calls.ts';
import type { Called } from '../sessions/control.ts';
import { fileSignatures } from './file_signatures.ts';

/** Signatures as this Windows sees them, or why it cannot. Only import it there: it loads koffi. */
export function hostSignatures(places: LibraryPlaces = placesFromEnvironment()): Called<HostSignatures> {
  const libraries = new Libraries(places);
  const calls = trustCalls(libraries);
  if (calls.kind === 'failed') return calls;
  // The command interpreter has no signature of its own on any Windows that Sigel runs on; a catalog lists it.
  const listed = win32.join(places.systemRoot, 'System32', 'cmd.exe');
  const read = fileSignatures(calls.value, listed);
  return { kind: 'ok', value: { read, deviceOfLetter: deviceOfLetter(libraries) } };
}
