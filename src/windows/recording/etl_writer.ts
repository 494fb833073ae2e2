import type { Buffer } from 'node:buffer';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { filetimeNow, finishHeader, storedBuffer } from './stored_buffer.ts';

/** How a session is written to files. */
export interface EtlWriterOptions {
  /** `trace.etl`; with rotation the files behind the first are `trace.1.etl`, `trace.2.etl`, … */
  readonly path: string;
  /** Bytes of every buffer in the file: the session's buffer size, or what packed buffers have at most. */
  readonly bufferSize: number;
  /** Bytes after which a file is finished; undefined for no limit. */
  readonly maxFileSize?: number | undefined;
  /** Files kept: when another one begins, the oldest is removed. Undefined: the first full file ends it. */
  readonly maxFiles?: number | undefined;
  /** FILETIME of now. */
  readonly now?: () => bigint;
}

/** What the session lost, for the header of the file. */
export interface RecordedLoss {
  readonly events: number;
  readonly buffers: number;
}

interface OpenFile {
  readonly path: string;
  readonly fd: number;
  buffers: number;
  size: number;
}

const NOTHING_LOST: RecordedLoss = { events: 0, buffers: 0 };

/**
 * Writes the buffers of one live session as an .etl file: the header buffer first, its counters and end
 * time set at the end. A file that is not finished (the process was killed) is readable too: its header
 * says that it is still being written.
 */
export class EtlWriter {
  readonly #options: EtlWriterOptions;
  readonly #files: string[] = [];
  #header: Uint8Array | undefined;
  #open: OpenFile | undefined;
  #index = 0;
  /** Whether the size limit was reached, and no more is written. */
  full = false;
  /** Bytes and buffers written to all files, removed ones too. */
  bytes = 0;
  buffers = 0;

  constructor(options: EtlWriterOptions) {
    this.#options = options;
  }

  /** Files that are there, the oldest first. */
  get files(): readonly string[] {
    return this.#files;
  }

  /**
   * Takes the session's header buffer, the first of all.
   * @throws the system's error when the file cannot be written.
   */
  begin(header: Uint8Array): void {
    this.#header = Uint8Array.from(header);
    this.#next();
  }

  /** Writes a buffer; false when the size limit is reached. @throws as begin() does. */
  write(buffer: Uint8Array, loss: RecordedLoss = NOTHING_LOST): boolean {
    const { bufferSize, maxFileSize, maxFiles } = this.#options;
    if (this.#open === undefined || this.full) return false;
    if (maxFileSize !== undefined && this.#open.size + bufferSize > maxFileSize && this.#open.buffers > 1) {
      if (maxFiles === undefined) {
        this.full = true;
        return false;
      }
      this.#finish(loss);
      this.#next();
    }
    this.#append(storedBuffer(buffer, bufferSize));
    return true;
  }

  /** Finishes the file. @throws as begin() does. */
  end(loss: RecordedLoss): void {
    this.#finish(loss);
  }

  #next(): void {
    const { path, maxFiles } = this.#options;
    const name = this.#index === 0 ? path : numbered(path, this.#index);
    this.#index++;
    mkdirSync(dirname(name), { recursive: true });
    // What a trace holds is not for everybody: command lines, scripts, names.
    this.#open = { path: name, fd: openSync(name, 'w', 0o600), buffers: 0, size: 0 };
    this.#files.push(name);
    const most = Math.max(maxFiles ?? Number.POSITIVE_INFINITY, 1);
    for (const oldest of this.#files.splice(0, this.#files.length - most)) rmSync(oldest, { force: true });
    this.#append(this.#storedHeader(0n, NOTHING_LOST, 0));
  }

  #append(stored: Buffer): void {
    const file = this.#open;
    if (file === undefined) return;
    writeFully(file.fd, stored);
    file.size += stored.length;
    file.buffers++;
    this.bytes += stored.length;
    this.buffers++;
  }

  #finish(loss: RecordedLoss): void {
    const file = this.#open;
    if (file === undefined) return;
    this.#open = undefined;
    const now = this.#options.now ?? filetimeNow;
    writeFully(file.fd, this.#storedHeader(now(), loss, file.buffers), 0);
    closeSync(file.fd);
  }

  #storedHeader(endTime: bigint, loss: RecordedLoss, buffers: number): Buffer {
    const { bufferSize } = this.#options;
    const stored = storedBuffer(this.#header ?? new Uint8Array(0), bufferSize);
    finishHeader(stored, {
      bufferSize,
      endTime,
      buffersWritten: buffers,
      eventsLost: loss.events,
      buffersLost: loss.buffers,
    });
    return stored;
  }
}

function numbered(path: string, index: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${index}${extension}`;
}

function writeFully(fd: number, bytes: Buffer, position?: number): void {
  let done = 0;
  while (done < bytes.length)
    done += writeSync(fd, bytes, done, bytes.length - done, position === undefined ? null : position + done);
}
