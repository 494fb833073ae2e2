import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 2.0: deflate. */
const VERSION = 20;
const DEFLATED = 8;
/** 1980-01-01, the first day that a zip can say: what is in an archive does not depend on when it was made. */
const DAY = (1 << 5) | 1;
const MAX_FILES = 0xffff;

/**
 * Writes files as a zip archive (PKWARE's APPNOTE.TXT 6.3.10, without Zip64), the same bytes for the same files and the same
 * zlib. Names are ASCII with slashes. Throws for more than 65,535 files; 4 GiB is more than a Buffer of ours ever has.
 */
export function writeZip(files: ReadonlyMap<string, Buffer>): Buffer {
  if (files.size > MAX_FILES) throw new Error(`a zip archive cannot hold ${files.size} files`);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const packed = deflateRawSync(content);
    const facts = factsOf(name, content, packed);
    const local = Buffer.concat([uint32(LOCAL), facts, Buffer.from(name)]);
    directory.push(centralOf(name, facts, at));
    parts.push(local, packed);
    at += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(files.size, central.length, at)]);
}

/** The fields that both headers of a file have: 26 bytes behind the signature, or behind the maker's version. */
function factsOf(name: string, content: Buffer, packed: Buffer): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(VERSION, 0);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt16LE(DAY, 8);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(name.length, 22);
  return facts;
}

function centralOf(name: string, facts: Buffer, offset: number): Buffer {
  const maker = Buffer.alloc(2);
  maker.writeUInt16LE(VERSION);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([uint32(CENTRAL), maker, facts, rest, Buffer.from(name)]);
}

function endOf(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
