import type { PeImage } from './image.ts';
import { type VersionInfo, versionInfo } from './version_info.ts';

const RESOURCES = 2;
const RT_VERSION = 16;
const DIRECTORY = 16;
const ENTRY = 8;
const IS_DIRECTORY = 0x8000_0000;
const MAX_ENTRIES = 4096;
/** What is longer is no version resource that anybody wrote on purpose. */
const MAX_RESOURCE = 64 * 1024;

/**
 * The version resource of an image, in the first of its languages: what the file itself says, not a language pack
 * beside it. Undefined where it has none, or a damaged one.
 */
export async function readVersionInfo(image: PeImage): Promise<VersionInfo | undefined> {
  const root = image.directory(RESOURCES);
  const start = root === undefined ? undefined : image.offsetOf(root.rva);
  if (start === undefined) return undefined;
  // Three levels: type, name, language. Below them is the place of the data, never another level.
  const type = await entryOf(image, start, 0, (id) => id === RT_VERSION);
  const name = await below(image, start, type);
  const language = await below(image, start, name);
  if (language === undefined || language >= IS_DIRECTORY) return undefined;
  const place = await image.file.bytes(start + language, 8);
  const size = place?.getUint32(4, true);
  if (place === undefined || size === undefined || size > MAX_RESOURCE) return undefined;
  const data = await image.at(place.getUint32(0, true), size);
  return data === undefined ? undefined : versionInfo(data);
}

async function below(image: PeImage, start: number, entry: number | undefined): Promise<number | undefined> {
  if (entry === undefined || entry < IS_DIRECTORY) return undefined;
  return entryOf(image, start, entry - IS_DIRECTORY, () => true);
}

// Where the first entry of a directory that fits leads to.
async function entryOf(
  image: PeImage,
  start: number,
  directory: number,
  fits: (id: number) => boolean,
): Promise<number | undefined> {
  const head = await image.file.bytes(start + directory, DIRECTORY);
  if (head === undefined) return undefined;
  const count = head.getUint16(12, true) + head.getUint16(14, true);
  if (count > MAX_ENTRIES) return undefined;
  const entries = await image.file.bytes(start + directory + DIRECTORY, count * ENTRY);
  if (entries === undefined) return undefined;
  for (let at = 0; at < count * ENTRY; at += ENTRY)
    if (fits(entries.getUint32(at, true))) return entries.getUint32(at + 4, true);
  return undefined;
}
