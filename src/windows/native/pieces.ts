import { Buffer } from 'node:buffer';
import { address } from 'koffi';

/** Structs and texts in one piece of memory, so that they live as long as each other. */
export interface Pieces {
  readonly bytes: Buffer;
  /** Where each part stands in it. */
  readonly offsets: readonly number[];
  /** The addresses of the parts, for pointers among them. */
  readonly addresses: readonly bigint[];
}

/** Copies parts into one piece of memory, each at a multiple of eight bytes. */
export function piecesOf(...parts: readonly Uint8Array[]): Pieces {
  const offsets: number[] = [];
  let end = 0;
  for (const { length } of parts) {
    offsets.push(end);
    end += Math.ceil(length / 8) * 8;
  }
  const bytes = Buffer.alloc(Math.max(8, end));
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i] ?? 0);
  });
  const base = address(bytes);
  return { bytes, offsets, addresses: offsets.map((offset) => base + BigInt(offset)) };
}
