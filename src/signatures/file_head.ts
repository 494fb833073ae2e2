import { Buffer } from 'node:buffer';
import { placeOnWindows, type ToldPaths } from '../file_facts/file_place.ts';
import { type FilePlace, openPlain } from '../file_facts/plain_file.ts';

/** What the first bytes of a file say; `unknown` where it cannot be read. */
export type FileKind = 'executable' | 'other' | 'unknown';

/** Looks at a file. Never rejects. */
export type HeadReader = (paths: ToldPaths) => Promise<FileKind>;

/** Files that are looked at at once; one more is not. */
const AT_ONCE = 64;
// IMAGE_DOS_SIGNATURE of winnt.h: programs, libraries and drivers begin with it.
const MZ = 0x5a4d;

/** Looks at files; `placeOf` says where this machine has them: by default, where the kernel of this Windows says. */
export function headReader(
  placeOf: (paths: ToldPaths) => FilePlace | undefined = placeOnWindows,
): HeadReader {
  let busy = 0;
  return async (paths) => {
    const place = placeOf(paths);
    if (place === undefined || busy >= AT_ONCE) return 'unknown';
    busy++;
    try {
      const opened = await openPlain(place);
      if (opened.kind !== 'opened') return 'unknown';
      try {
        const { bytesRead, buffer } = await opened.handle.read(Buffer.alloc(2), 0, 2, 0);
        return bytesRead === 2 && buffer.readUInt16LE() === MZ ? 'executable' : 'other';
      } finally {
        await opened.handle.close();
      }
    } catch {
      return 'unknown';
    } finally {
      busy--;
    }
  };
}
