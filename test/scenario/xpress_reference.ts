/**
 * Decompresses plain LZ77 ("Xpress"), written straight from [MS-XCA] 2.4.4 for clarity: the tests hold the
 * compressor, and whatever else decompresses, against it. Throws on input that does not yield `size` bytes.
 */
export function decompressXpressReference(input: Uint8Array, size: number): Uint8Array {
  const out: number[] = [];
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;
  let flags = 0;
  let flagCount = 0;
  let nibbleAt = -1;
  while (out.length < size) {
    if (flagCount === 0) {
      flags = view.getUint32(at, true);
      at += 4;
      flagCount = 32;
    }
    flagCount -= 1;
    if (((flags >>> flagCount) & 1) === 0) {
      out.push(view.getUint8(at));
      at += 1;
      continue;
    }
    const word = view.getUint16(at, true);
    at += 2;
    let length = word & 7;
    if (length === 7) {
      if (nibbleAt < 0) {
        nibbleAt = at;
        length = view.getUint8(at) & 15;
        at += 1;
      } else {
        length = view.getUint8(nibbleAt) >> 4;
        nibbleAt = -1;
      }
      if (length === 15) {
        length = view.getUint8(at);
        at += 1;
        if (length === 255) {
          length = view.getUint16(at, true);
          at += 2;
          if (length === 0) {
            length = view.getUint32(at, true);
            at += 4;
          }
          length -= 22;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;
    const offset = (word >> 3) + 1;
    if (offset > out.length) throw new Error('match before the start');
    for (let i = 0; i < length; i++) out.push(out[out.length - offset] ?? 0);
  }
  if (out.length !== size) throw new Error(`got ${out.length} bytes, wanted ${size}`);
  return Uint8Array.from(out);
}
