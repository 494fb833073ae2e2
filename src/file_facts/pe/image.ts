import type { PagedFile } from './paged_file.ts';

// The PE format: learn.microsoft.com/windows/win32/debug/pe-format. Sizes in bytes.
const DOS_HEADER = 64;
const PE_OFFSET = 0x3c;
const DOS_MAGIC = 0x5a4d;
const PE_MAGIC = 0x4550;
const FILE_HEADER = 24;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
const SECTION = 40;
/** Windows loads no image with more. */
const MAX_SECTIONS = 96;
const MAX_DIRECTORIES = 16;
/** Windows rounds where a section begins in the file down to this. */
const SECTOR = 0x200;

/** A part of an image: an address relative to its base, and a size. */
export interface DataDirectory {
  readonly rva: number;
  readonly size: number;
}

interface Section {
  readonly rva: number;
  readonly offset: number;
  /** Bytes that the file has of it. */
  readonly size: number;
}

/** The headers of a PE image: which parts it has, and where they stand in the file. */
export class PeImage {
  readonly file: PagedFile;
  /** PE32+, of 64 bits. */
  readonly isWide: boolean;
  readonly #directories: readonly DataDirectory[];
  readonly #sections: readonly Section[];

  private constructor(
    file: PagedFile,
    isWide: boolean,
    directories: readonly DataDirectory[],
    sections: readonly Section[],
  ) {
    this.file = file;
    this.isWide = isWide;
    this.#directories = directories;
    this.#sections = sections;
  }

  /** Undefined for what is no PE image, or a damaged one. */
  static async open(file: PagedFile): Promise<PeImage | undefined> {
    const dos = await file.bytes(0, DOS_HEADER);
    if (dos?.getUint16(0, true) !== DOS_MAGIC) return undefined;
    const start = dos.getUint32(PE_OFFSET, true);
    const head = await file.bytes(start, FILE_HEADER + 2);
    if (head?.getUint32(0, true) !== PE_MAGIC) return undefined;
    const magic = head.getUint16(FILE_HEADER, true);
    if (magic !== PE32 && magic !== PE32_PLUS) return undefined;
    const isWide = magic === PE32_PLUS;
    const optional = start + FILE_HEADER;
    const directories = await directoriesOf(file, optional + (isWide ? 112 : 96));
    const count = head.getUint16(6, true);
    const sections = await sectionsOf(file, optional + head.getUint16(20, true), count);
    if (directories === undefined || sections === undefined) return undefined;
    return new PeImage(file, isWide, directories, sections);
  }

  /** A data directory by its number; undefined where the image has none. */
  directory(index: number): DataDirectory | undefined {
    const found = this.#directories[index];
    return found === undefined || found.rva === 0 ? undefined : found;
  }

  /** Where in the file an address is; undefined where the file does not have it. */
  offsetOf(rva: number): number | undefined {
    for (const { rva: start, size, offset } of this.#sections)
      if (rva >= start && rva - start < size) return offset + (rva - start);
    return undefined;
  }

  /** The bytes at an address; undefined where the file does not have them. */
  async at(rva: number, length: number): Promise<DataView | undefined> {
    const offset = this.offsetOf(rva);
    return offset === undefined ? undefined : this.file.bytes(offset, length);
  }
}

async function directoriesOf(file: PagedFile, start: number): Promise<DataDirectory[] | undefined> {
  const count = (await file.bytes(start - 4, 4))?.getUint32(0, true);
  if (count === undefined) return undefined;
  const known = Math.min(count, MAX_DIRECTORIES);
  const view = await file.bytes(start, known * 8);
  if (view === undefined) return undefined;
  return Array.from({ length: known }, (_, i) => ({
    rva: view.getUint32(i * 8, true),
    size: view.getUint32(i * 8 + 4, true),
  }));
}

async function sectionsOf(file: PagedFile, start: number, count: number): Promise<Section[] | undefined> {
  if (count > MAX_SECTIONS) return undefined;
  const view = await file.bytes(start, count * SECTION);
  if (view === undefined) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const at = i * SECTION;
    const offset = view.getUint32(at + 20, true);
    return {
      rva: view.getUint32(at + 12, true),
      size: view.getUint32(at + 16, true),
      offset: offset - (offset % SECTOR),
    };
  });
}
