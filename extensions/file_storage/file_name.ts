import type { StorageOwner } from '../../src/storage/storage.ts';

/** The file of an owner's store: kind, id and name, of which anything but letters, digits, `_`, `-` and `.` becomes ~XX. */
export function fileNameOf({ kind, id, name }: StorageOwner): string {
  const parts = name === undefined ? [kind, id] : [kind, id, name];
  return `${parts.map(plain).join('_')}.db`;
}

function plain(text: string): string {
  return text.replaceAll(/[^\w.-]/gu, (char) => `~${(char.codePointAt(0) ?? 0).toString(16)}`);
}
