// Primary result codes of SQLite (https://sqlite.org/rescode.html).
export const BUSY = 5;
export const CORRUPT = 11;
export const FULL = 13;
export const NOT_A_DATABASE = 26;

/** SQLite's primary result code of an error that node:sqlite throws; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  // The low byte; above it stands what exactly failed.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
