import { readBufferHeader } from '../../etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE, HEADER_BUFFER, MAX_BUFFER_SIZE } from '../../etw/constants.ts';
import { readLogHeader } from '../../etw/log_header.ts';
import { walkBuffer } from './walk.ts';

/** Data buffers that are looked through before the path is trusted. */
const LOOKED_AT = 4;

/**
 * Whether what the system hands over as raw buffers is what the decoder reads: the layout is documented only
 * in part, and not seen on every build. The first buffer must describe the session, the next ones must be
 * walkable to where they say they end. What fails is consumed event by event instead.
 */
export class SelfCheck {
  #seen = 0;

  /** Whether enough was seen; nothing more is looked at then. */
  get passed(): boolean {
    return this.#seen > LOOKED_AT;
  }

  /** Looks at a buffer; a sentence where it is not what it should be. */
  look(view: DataView, at: number, size: number): string | undefined {
    const first = this.#seen++ === 0;
    if (size < BUFFER_HEADER_SIZE || size > MAX_BUFFER_SIZE + BUFFER_HEADER_SIZE)
      return `a buffer has ${size} bytes`;
    const { filled, type } = readBufferHeader(view, at);
    if (filled < BUFFER_HEADER_SIZE || filled > size)
      return `a buffer of ${size} bytes says it is filled to ${filled}`;
    if (first !== (type === HEADER_BUFFER))
      return first
        ? `the first buffer has type ${type}, not the header's (4)`
        : 'a second header buffer came';
    if (first) {
      const header = readLogHeader(view, at + BUFFER_HEADER_SIZE, at + filled);
      return typeof header === 'string' ? header : undefined;
    }
    return walkBuffer(view, at, filled).sound ? undefined : 'the events of a buffer do not end where it says';
  }
}
