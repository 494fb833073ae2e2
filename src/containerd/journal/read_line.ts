import type { ReadLine } from './line_reader.ts';
import { issueText, parseJson } from './open_journal.ts';
import { KINDS, type Line, lineSchema } from './schema.ts';

/** What a line is, or why it is skipped. */
export type LineResult =
  | { readonly kind: 'told'; readonly line: Line; readonly bytes: number }
  | { readonly kind: 'blank' }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Longest part of a strange line that is shown. */
const MAX_SHOWN = 40;

/** Reads a line behind the first. A last line that is cut off counts where it is whole but for its end. */
export function readLine(read: ReadLine): LineResult {
  if (read.kind === 'long') return { kind: 'skipped', reason: 'it is longer than any line may be' };
  const { text, bytes } = read;
  if (text.trim() === '') return { kind: 'blank' };
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('kind' in value))
    return {
      kind: 'skipped',
      reason: read.kind === 'cut' ? 'the file ends in it' : 'it is no JSON object with a kind',
    };
  if (!KINDS.has(value.kind)) {
    const shown = JSON.stringify(value.kind)?.slice(0, MAX_SHOWN);
    return { kind: 'skipped', reason: `its kind ${shown} is not known here` };
  }
  const parsed = lineSchema.safeParse(value);
  return parsed.success
    ? { kind: 'told', line: parsed.data, bytes }
    : { kind: 'skipped', reason: issueText(parsed.error) };
}
