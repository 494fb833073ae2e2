import { Buffer } from 'node:buffer';

/** The plain files of an archive by name, or why it is not read. */
export type TarFiles =
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Buffer> }
  | { readonly kind: 'wrong'; readonly reason: string };

const BLOCK = 512;
const MAX_FILES = 20_000;
// Where header fields stand (POSIX.1-1988, ustar): offset and length.
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
const MAGIC = [257, 5] as const;
const PREFIX = [345, 155] as const;
/** Names that stay in a folder on every system. */
const SAFE_NAME = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w. +@()-]+(?:\/[\w. +@()-]+)*$/;

/**
 * Reads an archive of POSIX's ustar format: plain files with names inside of it; folders are passed over. `root` is taken
 * off names that begin with it: those in OPA's bundles begin with a slash.
 */
export function readTar(bytes: Buffer, root = ''): TarFiles {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return { kind: 'files', files };
    const entry = readHeader(header);
    if (typeof entry === 'string') return wrong(`${entry} at byte ${at}`);
    const { size, type } = entry;
    const name = entry.name.startsWith(root) ? entry.name.slice(root.length) : entry.name;
    const begin = at + BLOCK;
    if (begin + size > bytes.length) return wrong(`${name} is cut off`);
    if (type === 'file') {
      if (!SAFE_NAME.test(name)) return wrong(`the name ${JSON.stringify(name)} is not allowed`);
      if (files.has(name) || files.size >= MAX_FILES)
        return wrong(`${name} stands twice, or behind ${MAX_FILES} files`);
      files.set(name, bytes.subarray(begin, begin + size));
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return wrong('it has no end');
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: 'file' | 'passed';
}

function readHeader(header: Buffer): Header | string {
  if (text(header, MAGIC) !== 'ustar') return 'no ustar header';
  if (octal(header, CHECKSUM) !== checksum(header)) return 'a wrong checksum';
  const size = octal(header, SIZE);
  if (size === undefined) return 'no size';
  const prefix = text(header, PREFIX);
  const name = `${prefix}${prefix === '' ? '' : '/'}${text(header, NAME)}`.replace(/^\.\//, '');
  const type = String.fromCharCode(header[TYPE] ?? 0);
  // A folder, or facts for all files such as `git archive` writes.
  if (type === '5' || type === 'g') return { name, size, type: 'passed' };
  if (type === '0' || type === '\0') return { name, size, type: 'file' };
  return `an entry of type ${JSON.stringify(type)} (only plain files with names of at most 255 characters)`;
}

/** Writes plain files as an archive, the same bytes for the same files. Throws for a name that is too long or not allowed. */
export function writeTar(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, content] of files) {
    parts.push(headerOf(name, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(name: string, size: number): Buffer {
  if (!SAFE_NAME.test(name)) throw new Error(`a pack cannot hold a file of the name ${JSON.stringify(name)}`);
  const header = Buffer.alloc(BLOCK);
  const slash = name.length <= NAME[1] ? -1 : name.indexOf('/', name.length - NAME[1] - 1);
  if (name.length > NAME[1] && (slash < 0 || slash > PREFIX[1]))
    throw new Error(`the name ${name} is too long for a pack`);
  header.write(name.slice(slash + 1), NAME[0]);
  header.write(name.slice(0, Math.max(0, slash)), PREFIX[0]);
  header.write('0000644\u00000000000\u00000000000', 100);
  header.write(size.toString(8).padStart(11, '0'), SIZE[0]);
  header.write('00000000000', 136);
  header.write('0', TYPE);
  header.write('ustar\u000000', MAGIC[0]);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, CHECKSUM[0]);
  return header;
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function checksum(header: Buffer): number {
  const [at, length] = CHECKSUM;
  return header.reduce((sum, byte, i) => sum + (i >= at && i < at + length ? 32 : byte), 0);
}

function text(header: Buffer, [at, length]: readonly [number, number]): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function octal(header: Buffer, field: readonly [number, number]): number | undefined {
  const digits = text(header, field).trim();
  return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function wrong(reason: string): TarFiles {
  return { kind: 'wrong', reason };
}
