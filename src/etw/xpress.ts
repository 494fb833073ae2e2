/**
 * Plain LZ77 ("Xpress") of [MS-XCA] section 2.4, as compressed ETW buffers hold it. 32 flag bits, read from
 * the highest, say literal (0) or match (1); a match is a u16 with the length in its low 3 bits and the
 * distance - 1 above, and longer lengths follow in a shared nibble, a byte, a u16 or a u32.
 *
 * Inflates src[from, to) into dst until dst is full or the input ends.
 * @returns the bytes written; fewer than dst.length when the input ended early; -1 when it is not Xpress.
 */
export function inflateXpress(src: Uint8Array, from: number, to: number, dst: Uint8Array): number {
  const end = dst.length;
  let s = from;
  let d = 0;
  let flags = 0;
  let left = 0;
  // Position of the byte whose high nibble the next long length uses; 0 when none is open.
  let nibbleAt = 0;
  while (d < end) {
    if (left === 0) {
      if (s + 4 > to) return d;
      flags =
        byteAt(src, s) | (byteAt(src, s + 1) << 8) | (byteAt(src, s + 2) << 16) | (byteAt(src, s + 3) << 24);
      s += 4;
      left = 32;
    }
    left--;
    const isMatch = flags < 0;
    flags <<= 1;
    if (!isMatch) {
      if (s >= to) return d;
      dst[d++] = byteAt(src, s++);
      continue;
    }
    if (s + 2 > to) return d;
    const token = byteAt(src, s) | (byteAt(src, s + 1) << 8);
    s += 2;
    const distance = (token >>> 3) + 1;
    let length = token & 7;
    if (length === 7) {
      if (nibbleAt === 0) {
        if (s >= to) return d;
        nibbleAt = s++;
        length = byteAt(src, nibbleAt) & 15;
      } else {
        length = byteAt(src, nibbleAt) >>> 4;
        nibbleAt = 0;
      }
      if (length === 15) {
        if (s >= to) return d;
        length = byteAt(src, s++);
        if (length === 255) {
          if (s + 2 > to) return d;
          length = byteAt(src, s) | (byteAt(src, s + 1) << 8);
          s += 2;
          if (length === 0) {
            if (s + 4 > to) return d;
            const low = byteAt(src, s) | (byteAt(src, s + 1) << 8) | (byteAt(src, s + 2) << 16);
            length = low + byteAt(src, s + 3) * 0x1000000;
            s += 4;
          }
          if (length < 22) return -1;
          length -= 22;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;
    if (distance > d) return -1;
    d = copyMatch(dst, d, distance, Math.min(length, end - d));
  }
  return d;
}

// Overlapping copies repeat what they have just written, so they go byte by byte; a long disjoint one is moved.
function copyMatch(dst: Uint8Array, d: number, distance: number, length: number): number {
  const stop = d + length;
  if (distance >= length && length > 32) {
    dst.copyWithin(d, d - distance, d - distance + length);
    return stop;
  }
  for (let i = d; i < stop; i++) dst[i] = byteAt(dst, i - distance);
  return stop;
}

// Every index is checked by the caller; `| 0` only tells the compiler that the value is there.
function byteAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | 0;
}
