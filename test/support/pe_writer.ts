import { Buffer } from 'node:buffer';

/** A PE image to write for a test: only what Sigel reads of one. */
export interface PeSpec {
  /** PE32+ (default) or PE32. */
  readonly wide?: boolean;
  /** Strings of the version resource; none: no resource. */
  readonly version?: Readonly<Record<string, string>>;
  /** The numbers of VS_FIXEDFILEINFO. */
  readonly fixedVersion?: readonly [number, number, number, number];
  /** Whether its headers tell of a table of certificates; it has none. */
  readonly certificates?: boolean;
  /** Libraries with what is imported of them: by name, or by number. */
  readonly imports?: readonly (readonly [library: string, functions: readonly (string | number)[]])[];
}

const HEADERS = 0x400;
const RESOURCE_RVA = 0x1000;
const IMPORT_RVA = 0x20_0000;

/** A PE image with a section for resources and one for imports. */
export function writePe(spec: PeSpec = {}): Buffer {
  const wide = spec.wide ?? true;
  const resources = spec.version === undefined ? Buffer.alloc(0) : resourceSection(spec);
  const imports = spec.imports === undefined ? Buffer.alloc(0) : importSection(spec.imports, wide);
  const header = Buffer.alloc(HEADERS);
  header.write('MZ');
  header.writeUInt32LE(0x80, 0x3c);
  header.write('PE\0\0', 0x80);
  const sections = [
    { rva: RESOURCE_RVA, bytes: resources },
    { rva: IMPORT_RVA, bytes: imports },
  ];
  header.writeUInt16LE(sections.length, 0x86);
  const optionalSize = wide ? 240 : 224;
  header.writeUInt16LE(optionalSize, 0x94);
  const optional = 0x98;
  header.writeUInt16LE(wide ? 0x20b : 0x10b, optional);
  const directories = optional + (wide ? 112 : 96);
  header.writeUInt32LE(16, directories - 4);
  if (imports.length > 0) header.writeUInt32LE(IMPORT_RVA, directories + 8);
  if (resources.length > 0) header.writeUInt32LE(RESOURCE_RVA, directories + 16);
  if (spec.certificates === true) header.writeBigUInt64LE(0x8_0000_1000n, directories + 32);
  let offset = HEADERS;
  sections.forEach(({ rva, bytes }, i) => {
    const at = optional + optionalSize + i * 40;
    header.writeUInt32LE(bytes.length, at + 8);
    header.writeUInt32LE(rva, at + 12);
    header.writeUInt32LE(bytes.length, at + 16);
    header.writeUInt32LE(offset, at + 20);
    offset += bytes.length;
  });
  return Buffer.concat([header, resources, imports]);
}

function sectors(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

function directory(id: number, target: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt32LE(id, 16);
  bytes.writeUInt32LE(target >>> 0, 20);
  return bytes;
}

function resourceSection(spec: PeSpec): Buffer {
  const data = versionResource(spec.version ?? {}, spec.fixedVersion);
  const below = 0x8000_0000;
  const place = Buffer.alloc(16);
  place.writeUInt32LE(RESOURCE_RVA + 88, 0);
  place.writeUInt32LE(data.length, 4);
  const levels = [directory(16, below + 24), directory(1, below + 48), directory(0x409, 72)];
  return sectors(Buffer.concat([...levels, place, data]));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function block(key: string, value: Buffer, valueLength: number, children: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(6);
  const start = padded(Buffer.concat([head, Buffer.from(`${key}\0`, 'utf16le')]));
  const body = Buffer.concat([start, children.length > 0 ? padded(value) : value, ...children.map(padded)]);
  body.writeUInt16LE(body.length, 0);
  body.writeUInt16LE(valueLength, 2);
  body.writeUInt16LE(1, 4);
  return body;
}

/** A VS_VERSIONINFO. */
export function versionResource(
  strings: Readonly<Record<string, string>>,
  fixed?: readonly [number, number, number, number],
): Buffer {
  const fixedInfo = Buffer.alloc(fixed === undefined ? 0 : 52);
  if (fixed !== undefined) {
    fixedInfo.writeUInt32LE(0xfeef04bd, 0);
    fixed.forEach((part, i) => {
      fixedInfo.writeUInt16LE(part, [10, 8, 14, 12][i] ?? 0);
    });
  }
  const entries = Object.entries(strings).map(([key, text]) =>
    block(key, Buffer.from(`${text}\0`, 'utf16le'), text.length + 1),
  );
  const table = block('040904b0', Buffer.alloc(0), 0, entries);
  const info = block('StringFileInfo', Buffer.alloc(0), 0, [table]);
  return block('VS_VERSION_INFO', fixedInfo, fixedInfo.length, [info]);
}

function importSection(imports: NonNullable<PeSpec['imports']>, wide: boolean): Buffer {
  const size = wide ? 8 : 4;
  const descriptors = Buffer.alloc((imports.length + 1) * 20);
  const rest: Buffer[] = [];
  let next = IMPORT_RVA + descriptors.length;
  const add = (bytes: Buffer): number => {
    const at = next;
    rest.push(bytes);
    next += bytes.length;
    return at;
  };
  imports.forEach(([library, functions], i) => {
    const thunks = Buffer.alloc((functions.length + 1) * size);
    functions.forEach((name, n) => {
      if (typeof name === 'number') {
        thunks.writeUInt16LE(name, n * size);
        thunks.writeUInt8(0x80, n * size + size - 1);
      } else thunks.writeUInt32LE(add(Buffer.from(`\0\0${name}\0`, 'latin1')), n * size);
    });
    descriptors.writeUInt32LE(add(thunks), i * 20);
    descriptors.writeUInt32LE(add(Buffer.from(`${library}\0`, 'latin1')), i * 20 + 12);
  });
  return sectors(Buffer.concat([descriptors, ...rest]));
}
