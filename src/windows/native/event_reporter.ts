import { Buffer } from 'node:buffer';
import { address } from 'koffi';
import { callOf } from './host_calls.ts';
import { LOCAL_MACHINE } from './host_registry.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

/** EVENTLOG_INFORMATION_TYPE and EVENTLOG_ERROR_TYPE of winnt.h. */
const TYPES = { info: 4, error: 1 } as const;
/** Ids of our own: those of the texts `%1` in Windows' EventCreate.exe, which has them from 1 to 1000. */
const IDS = { info: 1, error: 2 } as const;
const TEXTS = '%SystemRoot%\\System32\\EventCreate.exe';
const SOURCES = 'SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application';
/** winnt.h REG_EXPAND_SZ and REG_DWORD. */
const RegistryType = { expandText: 2, number: 4 } as const;
/** A string of an event has at most 31,839 characters. */
const MAX_TEXT = 30_000;

/** Writes an event into Windows' log "Application"; what cannot be written is lost. */
export type ReportEvent = (type: keyof typeof TYPES, text: string) => void;

/** {@link ReportEvent} of a source. */
export function eventReporter(libraries: Libraries, source: string): ReportEvent {
  const found = libraries.find<(server: null, source: Buffer) => bigint | number>(
    'advapi32',
    'RegisterEventSourceW',
    'uint64',
    ['void *', 'void *'],
  );
  const open = found.kind === 'found' ? found.call : undefined;
  const report = callOf(libraries, 'advapi32', 'ReportEventW', 'hnnnpnnpp');
  const close = callOf(libraries, 'advapi32', 'DeregisterEventSource', 'h');
  return (type, text) => {
    const handle = open?.(null, wide(source)) ?? 0;
    if (BigInt(handle) === 0n) return;
    // A pointer to the text, which stands behind it.
    const strings = Buffer.concat([Buffer.alloc(8), wide(text.slice(-MAX_TEXT))]);
    strings.writeBigUInt64LE(address(strings) + 8n, 0);
    report?.(handle, TYPES[type], 0, IDS[type], null, 1, 0, strings, null);
    close?.(handle);
  };
}

/** Tells Windows where the texts of a source's events are; without it its viewer excuses itself beside them. */
export function registerEventSource(libraries: Libraries, source: string): void {
  const set = callOf(libraries, 'advapi32', 'RegSetKeyValueW', 'hppnpn');
  const key = wide(`${SOURCES}\\${source}`);
  const values = [
    ['EventMessageFile', RegistryType.expandText, wide(TEXTS)],
    ['TypesSupported', RegistryType.number, Uint32Array.of(TYPES.info | TYPES.error)],
  ] as const;
  for (const [name, type, data] of values) set?.(LOCAL_MACHINE, key, wide(name), type, data, data.byteLength);
}

/** Takes that back. */
export function unregisterEventSource(libraries: Libraries, source: string): void {
  callOf(libraries, 'advapi32', 'RegDeleteTreeW', 'hp')?.(LOCAL_MACHINE, wide(`${SOURCES}\\${source}`));
}
