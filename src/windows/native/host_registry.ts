import type { Registry } from '../host/registry.ts';
import { callOf } from './host_calls.ts';
import { fromWide, wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

/** winreg.h HKEY_LOCAL_MACHINE, sign-extended as a 64-bit handle is. */
export const LOCAL_MACHINE = 0xffff_ffff_8000_0002n;
// RegGetValueW expands a REG_EXPAND_SZ where a REG_SZ is asked for.
const RRF_RT_REG_SZ = 0x2;
const RRF_RT_REG_DWORD = 0x10;
const MAX_TEXT = 4096;

/** The registry of this host; without one nothing is in it. */
export function hostRegistry(libraries: Libraries): Registry {
  const getValue = callOf(libraries, 'advapi32', 'RegGetValueW', 'hppnppp');
  const read = (key: string, value: string, flags: number, into: ArrayBufferView): boolean => {
    const size = Uint32Array.of(into.byteLength);
    return getValue?.(LOCAL_MACHINE, wide(key), wide(value), flags, null, into, size) === 0;
  };
  return {
    text(key, value) {
      const units = new Uint16Array(MAX_TEXT);
      return read(key, value, RRF_RT_REG_SZ, units) ? fromWide(units) : undefined;
    },
    number(key, value) {
      const number = new Uint32Array(1);
      return read(key, value, RRF_RT_REG_DWORD, number) ? number[0] : undefined;
    },
  };
}
