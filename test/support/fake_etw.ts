import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { memorySource } from '../../src/etl/open.ts';
import { readBufferHeader } from '../../src/etw/buffer_header.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { kernelClass } from '../../src/etw/catalogue/kernel_groups.ts';
import { Clock } from '../../src/etw/clock.ts';
import { BUFFER_HEADER_SIZE } from '../../src/etw/constants.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import { readEvent } from '../../src/etw/event_header.ts';
import { EventView } from '../../src/etw/event_view.ts';
import { indexTrace, type TraceIndex } from '../../src/etw/trace_file.ts';
import type { ConsumerApi } from '../../src/windows/consumer/consumer_api.ts';
import { NativeMemory } from '../../src/windows/consumer/memory.ts';
import { guidBytes } from '../scenario/identifiers.ts';

/** The start of the only window of memory that there is. */
const BASE = 64 * 1024;
const RECORD_AT = 0x1000;
const ITEMS_AT = 0x2000;
const BUFFER_AT = 0x10000;

/** The process's memory, one for all fakes. */
const memory = new ArrayBuffer(4 * 1024 * 1024);

/** What the consumer side of ETW would do with a trace that a session recorded. */
export interface FakeEtwOptions {
  readonly trace: Uint8Array;
  readonly hasRawBuffers?: boolean;
  /** Whether the first record is the log header, as in a file. */
  readonly headerRecord?: boolean;
  /** Changes a buffer before it is handed over. */
  readonly spoil?: (buffer: Uint8Array, index: number) => void;
}

/** The buffers of a trace in the order in which they were flushed, the header buffer first. */
export function flushedBuffers(trace: Uint8Array): Uint8Array[] {
  const index = indexTrace(memorySource(trace));
  assert.ok(typeof index !== 'string');
  return [...index.byProcessor.values()]
    .flat()
    .map(({ position, stored }) => trace.slice(position, position + stored))
    .sort((a, b) => flushTime(a) - flushTime(b));
}

const flushTime = (buffer: Uint8Array): number => {
  const { timeHigh, timeLow } = readBufferHeader(new DataView(buffer.buffer), 0);
  return timeHigh * 2 ** 32 + timeLow;
};

/** A {@link ConsumerApi} over a trace, in memory that is no native memory: both ways of consumption. */
export function fakeEtw(options: FakeEtwOptions): ConsumerApi {
  const bytes = new Uint8Array(memory);
  const buffers = flushedBuffers(options.trace);
  for (const [i, buffer] of buffers.entries()) options.spoil?.(buffer, i);
  let run: () => void = () => assert.fail('nothing is open');
  return {
    memory: new NativeMemory((address) => {
      assert.equal(address, BigInt(BASE));
      return memory;
    }),
    hasRawBuffers: options.hasRawBuffers ?? true,
    openRaw(_, onBuffer) {
      run = () => {
        for (const buffer of buffers) {
          bytes.set(buffer, BUFFER_AT);
          if (!onBuffer(BASE + BUFFER_AT, buffer.length)) return;
        }
      };
      return { kind: 'ok', value: 1n };
    },
    openRecords(_, onRecord, onBuffer) {
      const { header, start } = openedTrace(options.trace);
      run = () => {
        for (const [i, buffer] of buffers.entries()) {
          bytes.set(buffer, BUFFER_AT);
          for (const event of eventsOf(buffer, header)) {
            if (i === 0 && event.kind === 'kernel' && event.opcode === 0 && options.headerRecord === false)
              continue;
            writeRecord(new DataView(memory), event);
            onRecord(BASE + RECORD_AT);
          }
          if (!onBuffer()) return;
        }
      };
      return { kind: 'ok', value: { handle: 2n, logFileHeader: start } };
    },
    process() {
      run();
      return 0;
    },
    close: () => 0,
  };
}

function openedTrace(trace: Uint8Array): { header: TraceIndex; start: Uint8Array } {
  const header = indexTrace(memorySource(trace));
  assert.ok(typeof header !== 'string');
  return { header, start: trace.slice(BUFFER_HEADER_SIZE + 32, BUFFER_HEADER_SIZE + 32 + 0x118) };
}

function* eventsOf(buffer: Uint8Array, { header }: TraceIndex): Iterable<EventView> {
  const clock = new Clock({ high: 0, low: 0 }, 1, header.startTime);
  const event = new EventView(new Decoder(Catalogue.shipped()), clock);
  event.setBuffer(Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length));
  const { filled, processor } = readBufferHeader(event.view, 0);
  event.cpu = processor;
  for (let at = BUFFER_HEADER_SIZE; ; ) {
    const size = readEvent(event, at, filled);
    if (size <= 0) return;
    yield event;
    at += (size + 7) & ~7;
  }
}

// As the consumer API fills an EVENT_RECORD; the payload stays where the buffer lies.
function writeRecord(view: DataView, e: EventView): void {
  const at = RECORD_AT;
  new Uint8Array(view.buffer, at, 112).fill(0);
  const source = e.view;
  const classic = e.kind === 'kernel' || (e.kind === 'classic' && e.headerType !== 13);
  let flags = (e.pointerSize === 4 ? 0x20 : 0x40) | 0x200 | (classic ? 0x100 : 0);
  if (e.kind === 'message') flags |= 0x08;
  if (!classic && e.kind !== 'message') flags |= source.getUint16(e.start + 4, true);
  view.setUint16(at + 4, flags, true);
  view.setUint32(at + 8, e.tid < 0 ? 0xffffffff : e.tid, true);
  view.setUint32(at + 12, e.pid < 0 ? 0xffffffff : e.pid, true);
  view.setBigInt64(at + 16, BigInt(e.ticks), true);
  if (e.kind === 'kernel') {
    const { guid } = kernelClass(e.group, e.opcode);
    if (guid !== null) new Uint8Array(view.buffer, at + 24, 16).set(guidBytes(guid));
  } else
    for (const [i, word] of [e.guid0, e.guid1, e.guid2, e.guid3].entries())
      view.setInt32(at + 24 + 4 * i, word, true);
  view.setUint16(at + 40, e.id, true);
  view.setUint8(at + 42, e.version);
  view.setUint8(at + 43, e.channel);
  view.setUint8(at + 44, e.level);
  view.setUint8(at + 45, e.opcode);
  view.setUint16(at + 46, e.task, true);
  view.setUint32(at + 48, e.keywordsLow, true);
  view.setUint32(at + 52, e.keywordsHigh, true);
  if (e.activityAt !== 0)
    for (let i = 0; i < 16; i += 4)
      view.setUint32(at + 64 + i, source.getUint32(e.activityAt + i, true), true);
  view.setUint16(at + 80, e.cpu, true);
  view.setUint16(at + 82, 7, true);
  view.setUint16(at + 84, writeItems(view, e), true);
  view.setUint16(at + 86, e.payloadEnd - e.payloadStart, true);
  view.setBigUint64(at + 88, BigInt(BASE + ITEMS_AT), true);
  view.setBigUint64(at + 96, BigInt(BASE + BUFFER_AT + e.payloadStart), true);
}

function writeItems(view: DataView, e: EventView): number {
  let count = 0;
  for (let p = e.itemsAt; p > 0 && p < e.itemsEnd; count++) {
    const item = ITEMS_AT + 16 * count;
    view.setUint16(item + 2, e.view.getUint16(p + 2, true), true);
    view.setUint16(item + 6, e.view.getUint16(p + 6, true), true);
    view.setBigUint64(item + 8, BigInt(BASE + BUFFER_AT + p + 8), true);
    p += (e.view.getUint16(p, true) + 7) & ~7;
  }
  return count;
}
