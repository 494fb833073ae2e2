import { type FileHandle, open } from 'node:fs/promises';
import type { EventLogEvent } from '../event_log/event.ts';
import { eventOf } from '../event_log/event_of.ts';
import { BinXmlError } from './binxml/node.ts';
import { BinXmlReader } from './binxml/reader.ts';
import { CHUNK_SIZE, type Chunk, readChunk } from './chunk.ts';
import { HEADER_SIZE, readEvtxHeader } from './file_header.ts';

/** What a chunk of an event log tells. */
export interface EvtxPart {
  readonly events: readonly EventLogEvent[];
  /** Records that could not be read, and what is wrong with the chunk, in sentences. */
  readonly problems: readonly string[];
  /** How many records could not be read. */
  readonly unread: number;
  /** Bytes of the file that have been read so far. */
  readonly position: number;
}

/** An event log that is no event log, or cannot be opened. */
export class EvtxFileError extends Error {}

/**
 * Reads an .evtx file, chunk by chunk, in the order of its records. Damage costs the records that it hits. Throws an
 * {@link EvtxFileError} where the file is none, or not there.
 */
export async function* readEvtx(path: string): AsyncGenerator<EvtxPart, void, void> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const head = readEvtxHeader(await bytesAt(file, 0, HEADER_SIZE));
    if (typeof head === 'string') throw new EvtxFileError(head);
    for (let at = head.firstChunk; at < size; at += CHUNK_SIZE) {
      const bytes = await bytesAt(file, at, CHUNK_SIZE);
      const chunk = readChunk(bytes);
      if (chunk !== undefined) yield readPart(chunk, at);
    }
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new EvtxFileError(error instanceof Error ? error.message : String(error));
  }
}

async function bytesAt(file: FileHandle, at: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Reads the records of a chunk; `at` is where it stands in the file, for what is said of it. */
export function readPart(chunk: Chunk, at: number): EvtxPart {
  const reader = new BinXmlReader(chunk.view);
  const events: EventLogEvent[] = [];
  const problems = chunk.problems.map((problem) => `chunk at byte ${at}: ${problem}`);
  let unread = 0;
  for (const record of chunk.records) {
    const event = readRecord(reader, record);
    if (typeof event !== 'string') events.push(event);
    else {
      unread++;
      problems.push(`record ${record.id}: ${event}`);
    }
  }
  return { events, problems, unread, position: at + chunk.bytes.length };
}

function readRecord(reader: BinXmlReader, record: Chunk['records'][number]): EventLogEvent | string {
  try {
    return eventOf(reader.read(record.from, record.to), record);
  } catch (error) {
    if (error instanceof BinXmlError) return error.message;
    throw error;
  }
}
