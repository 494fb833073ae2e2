import type { Encoded } from '../delivery/persistent_queue.ts';
import type { Drop } from '../delivery/sender.ts';
import type { WriterPool } from './pool.ts';
import type { ProtobufWriter } from './writer.ts';

/** How items become messages. */
export interface MessageOptions<T> {
  readonly pool: WriterPool;
  /** Encodes a request; false when it would be longer than the limit. */
  readonly write: (writer: ProtobufWriter, batch: readonly T[], limit: number) => boolean;
  /** Bytes in one message at most. */
  readonly limit: number;
}

/** Encodes a batch as one message, or as halves and quarters where it is too large; in order. */
export function encodeMessages<T>(batch: readonly T[], options: MessageOptions<T>): Encoded {
  const messages: Encoded['messages'][number][] = [];
  const drops: Drop[] = [];
  // The next part is the last of the list.
  const parts = [batch];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const bytes = encode(part, options);
    if (bytes !== undefined) messages.push({ bytes, items: part.length });
    else if (part.length > 1) parts.push(part.slice(part.length >> 1), part.slice(0, part.length >> 1));
    else drops.push({ cause: 'too_large', count: 1, reason: `more than ${options.limit} bytes` });
  }
  return { messages, drops };
}

function encode<T>(part: readonly T[], { pool, write, limit }: MessageOptions<T>): Uint8Array | undefined {
  const writer = pool.take();
  try {
    return write(writer, part, limit) ? writer.copyFrom(0) : undefined;
  } finally {
    pool.give(writer);
  }
}
