import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FilePlace, pathOf } from './plain_file.ts';

/** The paths by which a record tells of a file. */
export interface ToldPaths {
  /** In the view of the process: `C:\Windows\x.exe`. */
  readonly shown: string;
  /** As the kernel names it, where that is known: `\Device\HarddiskVolume3\Windows\x.exe`. */
  readonly kernel: string | undefined;
}

/** Windows allows 32,767 characters; images that run do not come near. */
const MAX_PATH = 2048;
const MAX_DEPTH = 64;
// Disks alone: no network redirector, pipe or device of another kind.
const VOLUME = /^(\\Device\\(?:HarddiskVolume\d{1,5}|VhdHardDisk\{[0-9a-f-]{36}\}))\\(.+)$/i;
const DRIVE = /^([A-Z]):\\(.+)$/i;

/** Where this Windows has a file; undefined for what is on no disk of it. */
export function placeOnWindows({ shown, kernel }: ToldPaths): FilePlace | undefined {
  const [, volume, below] = VOLUME.exec(kernel ?? shown) ?? [];
  // The object manager knows volumes that have no letter, such as those of containers.
  if (volume !== undefined) return placeOf(`\\\\?\\GLOBALROOT${volume}`, below);
  // A letter in the view of a container is not one of the host's.
  if (kernel?.startsWith('\\Device\\') === true) return undefined;
  const [, drive, rest] = DRIVE.exec(shown) ?? [];
  return drive === undefined ? undefined : placeOf(`${drive}:`, rest);
}

function placeOf(base: string, below: string | undefined): FilePlace | undefined {
  const parts = partsOf(below);
  return parts === undefined ? undefined : { base, parts, separator: '\\' };
}

/**
 * Where a copy of the recorded machine's disks has a file: below `root` a folder for each letter (`root/C/Windows/…`), names
 * in any case. Undefined where it has none.
 */
export async function placeBelow(root: string, { shown }: ToldPaths): Promise<FilePlace | undefined> {
  const [, drive, below] = DRIVE.exec(shown) ?? [];
  const parts = partsOf(below);
  if (drive === undefined || parts === undefined) return undefined;
  const found: string[] = [];
  for (const part of [drive, ...parts]) {
    const name = await nameIn(join(root, ...found), part);
    if (name === undefined) return undefined;
    found.push(name);
  }
  return { base: root, parts: found, separator: '/' };
}

async function nameIn(folder: string, name: string): Promise<string | undefined> {
  try {
    const names = await readdir(folder);
    if (names.includes(name)) return name;
    const lower = name.toLowerCase();
    return names.find((one) => one.toLowerCase() === lower);
  } catch {
    return undefined;
  }
}

// No way up, and nothing that one of the systems takes for a separator.
function partsOf(below: string | undefined): readonly string[] | undefined {
  if (below === undefined || below.length > MAX_PATH || /[/\0]/.test(below)) return undefined;
  const parts = below.split('\\');
  const isOdd = parts.length > MAX_DEPTH || parts.some((part) => part === '' || /^\.+$/.test(part));
  return isOdd ? undefined : parts;
}

/**
 * Whether the process that a record tells of sees a file where this host has it: not so in a container, whose `C:` is another
 * volume or a folder of the host's. `deviceOf` says what a letter of the host stands for.
 */
export function isOfHost(
  { shown, kernel }: ToldPaths,
  deviceOf: (letter: string) => string | undefined,
): boolean {
  const [, drive = '', rest = ''] = DRIVE.exec(shown) ?? [];
  if (drive === '') return false;
  if (kernel?.startsWith('\\Device\\') !== true) return true;
  return kernel.toLowerCase() === `${deviceOf(`${drive}:`)}\\${rest}`.toLowerCase();
}

/** A name for a place, by which what was read of it is kept. */
export function keyOf(place: FilePlace): string {
  return pathOf(place, place.parts.length).toLowerCase();
}
