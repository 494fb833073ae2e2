import type { FixedFields } from './payload_program.ts';
import type { FieldValue } from './schema.ts';

/**
 * Reads a payload's first fields into `values`; all of their bytes must be there. The cases are literals, and no
 * constants of another module, since the engine makes a jump table of literals only; the codes are those of
 * payload_program.ts.
 */
export function readFixed(
  fixed: FixedFields,
  view: DataView,
  from: number,
  pointerSize: number,
  values: FieldValue[],
): void {
  const { codes, indices } = fixed;
  const offsets = pointerSize === 4 ? fixed.offsets4 : fixed.offsets;
  for (let i = 0; i < codes.length; i++) {
    const p = from + (offsets[i] as number);
    const index = indices[i] as number;
    switch (codes[i]) {
      case 0: // U8
        values[index] = view.getUint8(p);
        break;
      case 1: // I8
        values[index] = view.getInt8(p);
        break;
      case 2: // U16
        values[index] = view.getUint16(p, true);
        break;
      case 3: // I16
        values[index] = view.getInt16(p, true);
        break;
      case 4: // U32
        values[index] = view.getUint32(p, true);
        break;
      case 5: // I32
        values[index] = view.getInt32(p, true);
        break;
      case 6: // U64
        values[index] = unsigned64(view, p);
        break;
      case 10: // BOOL32
        values[index] = view.getInt32(p, true) !== 0;
        break;
      case 11: // BOOL8
        values[index] = view.getUint8(p) !== 0;
        break;
      default: // POINTER
        values[index] = pointerSize === 4 ? view.getUint32(p, true) : unsigned64(view, p);
    }
  }
}

/** An unsigned 64-bit integer: a number below 2^53, where a double is exact and cheaper, else a bigint. */
export function unsigned64(view: DataView, p: number): number | bigint {
  const high = view.getUint32(p + 4, true);
  const low = view.getUint32(p, true);
  if (high === 0) return low;
  return high < 0x200000 ? high * 4294967296 + low : view.getBigUint64(p, true);
}
