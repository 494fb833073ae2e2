import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import type { ProviderEnable } from '../../../src/windows/sessions/control.ts';
import { type ReferenceEvent, readReference } from '../../interop/reference_reader.ts';
import type { Observed } from './observe.ts';

/** Microsoft-Windows-Kernel-Process. */
export const PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
/** Microsoft-Windows-Kernel-File. */
export const FILE = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
/** Its keyword for processes; 0x40 are images. */
export const PROCESS_KEYWORD = 0x10n;

/** A provider with nothing special. */
export function enable(guid: string, change: Partial<ProviderEnable> = {}): ProviderEnable {
  return {
    guid,
    level: 5,
    matchAnyKeyword: 0n,
    matchAllKeyword: 0n,
    enableProperties: 0,
    filters: {},
    ...change,
  };
}

/** The events of what was observed, as the tests' own reader finds them; none where no header came. */
export function eventsOf({ buffers }: Pick<Observed, 'buffers'>): readonly ReferenceEvent[] {
  const all = Buffer.concat(buffers);
  return all.length === 0 ? [] : [...readReference(all)];
}

/** Runs a process whose command line nobody else has, to its end; its id, and the text in its command line. */
export function markedProcess(): { readonly pid: number; readonly mark: string } {
  const mark = `sigel-mark-${process.pid}-${performance.now().toFixed(3)}`;
  const { pid } = spawnSync(process.execPath, ['--version', mark], { stdio: 'ignore' });
  return { pid, mark };
}

/** Whether a text stands in an event, in 16-bit or 8-bit characters. */
export function holds({ payload }: ReferenceEvent, text: string): boolean {
  return payload.includes(text, 0, 'utf16le') || payload.includes(text, 0, 'latin1');
}

/** How long ago an event of a check can be, in nanoseconds. */
const RECENT = 120_000_000_000n;

/** Whether an event of Kernel-Process tells of a process that runs or ran just now: ids are used again. */
export function tellsOf({ provider, payload, time }: ReferenceEvent, pid: number): boolean {
  const age = BigInt(Date.now()) * 1_000_000n - time;
  const isRecent = age > -RECENT && age < RECENT;
  return provider === PROCESS && isRecent && payload.length >= 4 && payload.readUInt32LE(0) === pid;
}
