import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';

/** The text of a file, or a sentence that says why there is none. */
export type FileText =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** No configuration file or file named by `${file:…}` is longer. */
export const MAX_FILE_BYTES = 4 << 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'what stands for a folder in its path is none',
  EEXIST: 'it is there already',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EBUSY: 'another program uses it',
  EMFILE: 'too many open files',
};

/** Reads a UTF-8 text of at most so many bytes; also from a pipe, whose length nobody knows. */
export async function readText(path: string, maxBytes = MAX_FILE_BYTES): Promise<FileText> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of createReadStream(path, { end: maxBytes })) {
      chunks.push(chunk);
      length += chunk.length;
    }
    if (length > maxBytes) return { kind: 'unreadable', reason: `it is longer than ${maxBytes >> 20} MiB` };
    return decode(Buffer.concat(chunks));
  } catch (error) {
    return { kind: 'unreadable', reason: fileReason(error) };
  }
}

/** Why a file could not be read, for a person who is told its name, too; `error` is what reading it threw. */
export function fileReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? REASONS[String(error.code)] : undefined) ?? error.message;
}

/** Why a file could not be written; `error` is what writing it threw. */
export function whyNotWritten(error: unknown): string {
  const lacksFolder = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return lacksFolder ? 'no such folder' : fileReason(error);
}

function decode(bytes: Uint8Array): FileText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { kind: 'unreadable', reason: 'it is UTF-16: save it as UTF-8' };
  }
  try {
    return { kind: 'read', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return {
      kind: 'unreadable',
      reason: 'it is not UTF-8 text; for a recorded trace there is `sigel replay FILE`',
    };
  }
}
