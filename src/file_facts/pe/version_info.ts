import { Buffer } from 'node:buffer';

/** What a file says of itself; texts as they are, cut at 1,024 characters. */
export interface VersionInfo {
  readonly originalFileName: string | undefined;
  readonly description: string | undefined;
  readonly product: string | undefined;
  readonly company: string | undefined;
  readonly fileVersion: string | undefined;
}

/** A block of VS_VERSIONINFO (learn.microsoft.com/windows/win32/menurc/vs-versioninfo) and where its parts are. */
interface Block {
  readonly key: string;
  readonly value: number;
  readonly valueLength: number;
  readonly end: number;
}

const HEADER = 6;
const MAX_KEY = 128;
const MAX_TEXT = 1024;
/** Blocks looked at in one resource. */
const MAX_BLOCKS = 1024;
const FIXED_MAGIC = 0xfeef04bd;
const FIXED = 52;

/** Reads a version resource; undefined for what is none. What is damaged in it is left out. */
export function versionInfo(view: DataView): VersionInfo | undefined {
  const root = blockAt(view, 0, view.byteLength);
  if (root?.key !== 'VS_VERSION_INFO') return undefined;
  const texts = stringsOf(view, root);
  return {
    originalFileName: texts.get('OriginalFilename'),
    description: texts.get('FileDescription'),
    product: texts.get('ProductName'),
    company: texts.get('CompanyName'),
    fileVersion: texts.get('FileVersion') ?? fixedVersion(view, root),
  };
}

// The strings of the first table that has any.
function stringsOf(view: DataView, root: Block): ReadonlyMap<string, string> {
  let left = MAX_BLOCKS;
  const texts = new Map<string, string>();
  const each = function* (parent: Block, from: number): Generator<Block> {
    for (let at = from; left > 0; ) {
      left--;
      const block = blockAt(view, at, parent.end);
      if (block === undefined) return;
      yield block;
      at = align(block.end);
    }
  };
  for (const info of each(root, align(root.value + root.valueLength))) {
    if (info.key !== 'StringFileInfo') continue;
    for (const table of each(info, info.value)) {
      for (const { key, value, end } of each(table, table.value)) {
        const text = textAt(view, value, end);
        if (text !== '' && !texts.has(key)) texts.set(key, text);
      }
      if (texts.size > 0) return texts;
    }
  }
  return texts;
}

function blockAt(view: DataView, start: number, limit: number): Block | undefined {
  if (start + HEADER > limit) return undefined;
  const end = start + view.getUint16(start, true);
  if (end < start + HEADER || end > limit) return undefined;
  const key = textAt(view, start + HEADER, Math.min(end, start + HEADER + 2 * MAX_KEY));
  const value = Math.min(align(start + HEADER + 2 * (key.length + 1)), end);
  return { key, value, valueLength: view.getUint16(start + 2, true), end };
}

function textAt(view: DataView, start: number, end: number): string {
  const length = Math.min(end - start, 2 * MAX_TEXT) & ~1;
  const text = Buffer.from(view.buffer, view.byteOffset + start, Math.max(0, length)).toString('utf16le');
  const zero = text.indexOf('\0');
  return (zero < 0 ? text : text.slice(0, zero)).trim();
}

function fixedVersion(view: DataView, { value, end }: Block): string | undefined {
  if (value + FIXED > end || view.getUint32(value, true) !== FIXED_MAGIC) return undefined;
  const parts = [10, 8, 14, 12].map((at) => view.getUint16(value + at, true));
  return parts.join('.');
}

function align(offset: number): number {
  return (offset + 3) & ~3;
}
