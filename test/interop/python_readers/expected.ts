import { Buffer } from 'node:buffer';
import type { ClassicEvent, EventSpec, KernelEvent, ModernEvent } from '../../scenario/event_headers.ts';
import { encodeEvent } from '../../scenario/event_headers.ts';

/** One event in the words of read.py; which keys there are depends on the reader and the header. */
export type ReadEvent = Readonly<Record<string, unknown>>;

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

/** dissect.etl's names of headers, and their sizes. */
const DISSECT: Readonly<Record<EventSpec['header'], readonly [name: string, size: number]>> = {
  event: ['EventHeader', 80],
  error: ['ErrorHeader', 80],
  system: ['SystemHeader', 32],
  compact: ['CompactSystemHeader', 24],
  perfinfo: ['PerfinfoTraceHeader', 16],
  full: ['EventTraceHeader', 48],
  instance: ['EventInstanceGUIDHeader', 72],
  message: ['MessageTraceHeader', 8],
  raw: ['', 0],
};

/** What dissect.etl shall say of an event. `filetime` is left to the caller, who knows the clock. */
export function forDissect(event: EventSpec): ReadEvent {
  const [header, size] = DISSECT[event.header];
  const bytes = encodeEvent(event);
  if (event.header === 'raw') throw new Error('raw bytes are nothing to expect');
  const wide = event.header !== 'message' && event.header !== 'error' && event.pointerSize !== 4;
  if (event.header === 'error') return { header, wide };
  const counters = 'pmc' in event || 'pebs' in event ? extensionSize(event) : 0;
  return {
    header,
    wide,
    time: String(event.time),
    rest: hex(bytes.subarray(size + counters)),
    ...owner(event),
    ...(event.header === 'message' ? { id: event.number, provider: event.guid } : descriptor(event)),
  };
}

/** What etl-parser shall say of an event. */
export function forEtlParser(event: EventSpec): ReadEvent {
  const { header } = event;
  if (header === 'raw') throw new Error('raw bytes are nothing to expect');
  if (header === 'message') {
    return { header, id: event.number, provider: event.guid, ...owner(event), payload: hex(event.payload) };
  }
  return {
    header,
    wide: event.pointerSize !== 4,
    time: String(event.time),
    ...owner(event),
    ...descriptor(event),
    ...(header === 'event' ? { items: (event.items ?? []).map(({ type, data }) => [type, hex(data)]) } : {}),
    payload: hex(event.payload),
  };
}

function extensionSize(event: KernelEvent): number {
  return (event.pebs === undefined ? 0 : 8) + 8 * (event.pmc ?? []).length;
}

function owner(event: EventSpec): ReadEvent {
  if (event.header === 'perfinfo' || event.header === 'raw') return {};
  return { pid: event.pid ?? 0, tid: event.tid ?? 0 };
}

function descriptor(event: ModernEvent | KernelEvent | ClassicEvent): ReadEvent {
  const version = event.version ?? 0;
  switch (event.header) {
    case 'event':
    case 'error':
      return {
        provider: event.provider,
        activity: event.activityId ?? '00000000-0000-0000-0000-000000000000',
        id: event.id ?? 0,
        version,
        channel: event.channel ?? 0,
        level: event.level ?? 0,
        opcode: event.opcode ?? 0,
        task: event.task ?? 0,
        keywords: String(event.keywords ?? 0n),
      };
    case 'full':
    case 'instance':
      return { provider: event.guid, version, opcode: event.opcode ?? 0, level: event.level ?? 0 };
    case 'system':
    case 'compact':
    case 'perfinfo':
      return { version, group: event.group, opcode: event.type };
  }
}
