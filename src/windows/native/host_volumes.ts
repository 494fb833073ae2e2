import type { DeviceOfLetter } from '../host/volumes.ts';
import { callOf } from './host_calls.ts';
import { fromWide, wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

const MAX_TARGET = 1024;

/** QueryDosDeviceW: what a letter stands for; undefined for one that is not given. */
export function deviceOfLetter(libraries: Libraries): DeviceOfLetter {
  const query = callOf(libraries, 'kernel32', 'QueryDosDeviceW', 'ppn');
  return (letter) => {
    const target = new Uint16Array(MAX_TARGET);
    const length = query?.(wide(letter), target, MAX_TARGET) ?? 0;
    // The first of the texts is what holds now; those behind it are what it stood for before.
    return length === 0 ? undefined : fromWide(target);
  };
}
