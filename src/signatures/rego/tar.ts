const BLOCK = 512;
/** A bundle has a handful of files. */
const MAX_ENTRIES = 10_000;
// Places in a header: POSIX.1-2001 (ustar).
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const TYPE = 156;
const PREFIX = [345, 500] as const;
// Plain files: '0', or nothing in old archives.
const PLAIN = new Set([0x30, 0]);

/** The plain files of a tar archive, by name without a leading slash. Throws an Error for what is none. */
export function readTar(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (let entries = 0; at + BLOCK <= bytes.length; entries++) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (entries === MAX_ENTRIES) throw new Error(`the archive has more than ${MAX_ENTRIES} entries`);
    const size = Number.parseInt(textAt(header, SIZE), 8);
    const begin = at + BLOCK;
    if (!(size >= 0 && begin + size <= bytes.length)) throw new Error('the archive is damaged or cut off');
    if (PLAIN.has(header[TYPE] ?? 0)) files.set(nameOf(header), bytes.subarray(begin, begin + size));
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function nameOf(header: Uint8Array): string {
  const prefix = textAt(header, PREFIX);
  const name = textAt(header, NAME);
  return (prefix === '' ? name : `${prefix}/${name}`).replace(/^\.?\//, '');
}

function textAt(header: Uint8Array, [from, to]: readonly [number, number]): string {
  const field = header.subarray(from, to);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
