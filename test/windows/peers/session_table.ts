/** A provider that a session has, as EnableTraceEx2 last told. */
export interface StandinProvider {
  readonly guid: string;
  readonly any: bigint;
  readonly all: bigint;
  readonly properties: number;
  readonly level: number;
  readonly enabled: boolean;
  readonly filters: number;
  /** Captures of state that were asked for. */
  readonly captures: number;
}

/** A session of the stand-in with its counters. */
export interface StandinSession {
  readonly running: boolean;
  readonly handle: bigint;
  readonly name: string;
  readonly guid: string;
  readonly mode: number;
  readonly bufferKiB: number;
  readonly flushTimer: number;
  readonly enableFlags: number;
  readonly clock: number;
  /** All buffers that were filled, the header buffer and lost ones included. */
  readonly buffersWritten: number;
  readonly eventsLost: number;
  readonly realTimeBuffersLost: number;
  /** Known to the stand-in alone: events in all filled buffers; what consumers were given. */
  readonly eventsWritten: number;
  readonly buffersDelivered: number;
  readonly eventsDelivered: number;
  readonly consumers: number;
  /** Data buffers that were filled, and that there are to fill; 0 before the first consumer. */
  readonly position: number;
  readonly total: number;
  readonly providers: readonly StandinProvider[];
}

// test/windows/standin/state.h: a header of 4,096 bytes, then slots of 8,192; state 0 free, 1 running,
// 2 stopped.
const HEADER = 4096;
const SLOT = 8192;
const NAME = 256;
const NAME_BYTES = 512;
const PROVIDERS = 1280;
const PROVIDER = 64;

/** Reads the stand-in's file `sessions`; oldest first. */
export function readSessionTable(bytes: Uint8Array): StandinSession[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sessions: StandinSession[] = [];
  for (let at = HEADER; at + SLOT <= bytes.length; at += SLOT)
    if (view.getUint32(at, true) !== 0) sessions.push(readSession(view, at));
  return sessions.sort((a, b) => (a.handle < b.handle ? -1 : 1));
}

function readSession(view: DataView, at: number): StandinSession {
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const u64 = (offset: number) => view.getBigUint64(at + offset, true);
  return {
    running: u32(0) === 1,
    handle: u64(8),
    name: textAt(view, at + NAME),
    guid: guidAt(view, at + 16),
    mode: u32(32),
    bufferKiB: u32(36),
    flushTimer: u32(48),
    enableFlags: u32(52),
    clock: u32(56),
    buffersWritten: u32(64),
    eventsLost: u32(68),
    realTimeBuffersLost: u32(76),
    buffersDelivered: u32(80),
    consumers: u32(88),
    position: u32(84),
    total: u32(136),
    eventsWritten: Number(u64(112)),
    eventsDelivered: Number(u64(120)),
    providers: Array.from({ length: u32(132) }, (_, i) => readProvider(view, at + PROVIDERS + i * PROVIDER)),
  };
}

function readProvider(view: DataView, at: number): StandinProvider {
  return {
    guid: guidAt(view, at),
    any: view.getBigUint64(at + 16, true),
    all: view.getBigUint64(at + 24, true),
    properties: view.getUint32(at + 32, true),
    level: view.getUint8(at + 36),
    enabled: view.getUint8(at + 37) !== 0,
    filters: view.getUint32(at + 40, true),
    captures: view.getUint32(at + 44, true),
  };
}

function textAt(view: DataView, at: number): string {
  let text = '';
  for (let i = 0; i < NAME_BYTES; i += 2) {
    const code = view.getUint16(at + i, true);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function guidAt(view: DataView, at: number): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
  const tail = Array.from({ length: 8 }, (_, i) => hex(view.getUint8(at + 8 + i), 2)).join('');
  const head = [
    hex(view.getUint32(at, true), 8),
    hex(view.getUint16(at + 4, true), 4),
    hex(view.getUint16(at + 6, true), 4),
  ];
  return `${head.join('-')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
