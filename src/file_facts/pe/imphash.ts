import { createHash } from 'node:crypto';
import type { PeImage } from './image.ts';
import { ordinalName } from './ordinal_names.ts';

const IMPORTS = 1;
const DESCRIPTOR = 20;
const MAX_LIBRARIES = 512;
const MAX_FUNCTIONS = 16_384;
const MAX_NAME = 512;
const ORDINAL = 0x8000_0000;

/**
 * The import hash of an image, as VirusTotal, Sysmon and pefile make it: MD5 of `library.function,…`, lower case, in the
 * order of the import table. Undefined where the image imports nothing, or its table is damaged or beyond our bounds.
 */
export async function imphashOf(image: PeImage): Promise<string | undefined> {
  const directory = image.directory(IMPORTS);
  if (directory === undefined) return undefined;
  const names: string[] = [];
  for (let i = 0; ; i++) {
    const descriptor = await image.at(directory.rva + i * DESCRIPTOR, DESCRIPTOR);
    if (descriptor === undefined || i > MAX_LIBRARIES) return undefined;
    const name = descriptor.getUint32(12, true);
    if (name === 0) break;
    const library = await textAt(image, name);
    // The table of names, which the loader leaves as it is; old linkers wrote that of addresses alone.
    const thunks = descriptor.getUint32(0, true) || descriptor.getUint32(16, true);
    if (library === undefined || !(await addFunctions(image, library.toLowerCase(), thunks, names)))
      return undefined;
  }
  return names.length === 0 ? undefined : createHash('md5').update(names.join(',')).digest('hex');
}

async function addFunctions(
  image: PeImage,
  library: string,
  thunks: number,
  names: string[],
): Promise<boolean> {
  const size = image.isWide ? 8 : 4;
  const stem = library.replace(/\.(?:dll|ocx|sys)$/, '');
  for (let i = 0; ; i++) {
    const thunk = await image.at(thunks + i * size, size);
    if (thunk === undefined || names.length > MAX_FUNCTIONS) return false;
    const low = thunk.getUint32(0, true);
    const high = image.isWide ? thunk.getUint32(4, true) : low;
    if (low === 0 && high === 0) return true;
    const isOrdinal = high >= ORDINAL;
    const name = isOrdinal ? ordinalName(library, low & 0xffff) : await textAt(image, low + 2);
    if (name === undefined) return false;
    names.push(`${stem}.${name.toLowerCase()}`);
  }
}

async function textAt(image: PeImage, rva: number): Promise<string | undefined> {
  const offset = image.offsetOf(rva);
  return offset === undefined ? undefined : image.file.text(offset, MAX_NAME);
}
