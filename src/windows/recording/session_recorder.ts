import { readBufferHeader } from '../../etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE, HEADER_BUFFER } from '../../etw/constants.ts';
import { PACKED_EXTRA } from '../consumer/pack.ts';
import type { LiveSession } from '../live/live_session.ts';
import type { SessionCounters } from '../live/session_counters.ts';
import { EtlWriter, type EtlWriterOptions, type RecordedLoss } from './etl_writer.ts';

/** Where and how much of a session is written. */
export type RecorderOptions = Omit<EtlWriterOptions, 'bufferSize'>;

/** Writes what a live session delivers to its files. */
export class SessionRecorder {
  readonly live: LiveSession;
  readonly #options: RecorderOptions;
  #writer: EtlWriter | undefined;
  #counters: SessionCounters;
  #broken = false;
  /** Buffers that came behind the size limit, or could not be written. */
  unwritten = 0;

  /** The session is started. */
  constructor(live: LiveSession, options: RecorderOptions) {
    this.live = live;
    this.#options = options;
    this.#counters = live.poll();
  }

  get files(): readonly string[] {
    return this.#writer?.files ?? [];
  }

  get bytes(): number {
    return this.#writer?.bytes ?? 0;
  }

  get buffers(): number {
    return this.#writer?.buffers ?? 0;
  }

  /** Whether the size limit was reached. */
  get full(): boolean {
    return this.#writer?.full ?? false;
  }

  /** What was lost until the last look at the counters. */
  get loss(): RecordedLoss {
    const { eventsLost, eventsDropped, eventsUnpackable, ...buffers } = this.#counters;
    return {
      events: eventsLost + eventsDropped + eventsUnpackable,
      buffers: buffers.realTimeBuffersLost + buffers.logBuffersLost + buffers.buffersDropped,
    };
  }

  /** Looks at the session's counters. */
  poll(): void {
    this.#counters = this.live.poll();
  }

  /**
   * Writes what has come. @throws the system's error when it cannot be written; what comes afterwards is
   * counted as unwritten.
   */
  drain(): void {
    for (let length = this.live.next(); length >= 0; length = this.live.next()) {
      const buffer = new Uint8Array(length);
      this.live.take(buffer);
      if (this.#broken) this.unwritten++;
      else this.#tryWrite(buffer);
    }
  }

  /** Finishes the file. @throws as drain() does. */
  end(): void {
    this.#writer?.end(this.loss);
  }

  #tryWrite(buffer: Uint8Array): void {
    try {
      this.#write(buffer);
    } catch (error) {
      this.#broken = true;
      this.unwritten++;
      throw error;
    }
  }

  #write(buffer: Uint8Array): void {
    if (buffer.length < BUFFER_HEADER_SIZE) return;
    const { type } = readBufferHeader(new DataView(buffer.buffer, buffer.byteOffset, buffer.length), 0);
    if (this.#writer !== undefined) {
      // A consumer that began anew describes the session again; the file has that already.
      if (type !== HEADER_BUFFER && !this.#writer.write(buffer, this.loss)) this.unwritten++;
      return;
    }
    if (type !== HEADER_BUFFER) return;
    this.#writer = new EtlWriter({ ...this.#options, bufferSize: this.#bufferSize() });
    this.#writer.begin(buffer);
  }

  #bufferSize(): number {
    const size = (this.live.facts?.bufferSizeKiB ?? 64) * 1024;
    return this.live.path === 'record' ? size + PACKED_EXTRA : size;
  }
}
