import type { z } from 'zod';
import { fileReason } from '../../config/read_file.ts';
import { LineReader } from './line_reader.ts';
import { type Header, headerSchema, JOURNAL_VERSION, MAX_LINE_BYTES } from './schema.ts';

/** A journal that was opened: who wrote it, and its lines behind the first. */
export interface OpenJournal {
  readonly header: Header;
  readonly lines: LineReader;
}

/** Opens a journal. Throws a sentence for people where it cannot be read, or is none. */
export function openJournal(path: string): OpenJournal {
  let lines: LineReader | undefined;
  try {
    lines = new LineReader(path, MAX_LINE_BYTES);
    return { header: readHeader(lines), lines };
  } catch (error) {
    lines?.close();
    throw new Error(`the journal ${path} cannot be read: ${fileReason(error)}`, { cause: error });
  }
}

function readHeader(lines: LineReader): Header {
  const first = lines.next();
  if (first === undefined) throw new Error('it is empty');
  const value = first.kind === 'long' ? undefined : parseJson(first.text.replace(/^\ufeff/, ''));
  const parsed = headerSchema.safeParse(value);
  if (parsed.success && parsed.data.version === JOURNAL_VERSION) return parsed.data;
  const version = versionOf(value);
  if (version !== undefined && version !== JOURNAL_VERSION)
    throw new Error(
      `it has version ${version} of the format, and this Sigel reads version ${JOURNAL_VERSION}`,
    );
  const why = parsed.success || version === undefined ? '' : `: ${issueText(parsed.error)}`;
  throw new Error(`its first line is not that of a journal of containers${why}`);
}

function versionOf(value: unknown): number | undefined {
  const isHeader = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'journal';
  return isHeader && 'version' in value && Number.isInteger(value.version)
    ? Number(value.version)
    : undefined;
}

/** JSON as a value; undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with a line, and where in it. */
export function issueText({ issues: [first] }: z.ZodError): string {
  if (first === undefined) return 'it does not fit';
  const { path, message } = first;
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
