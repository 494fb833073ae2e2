import { rename, writeFile } from 'node:fs/promises';
import { isSeq, parseDocument } from 'yaml';
import { readText } from '../../config/read_file.ts';
import { Source } from '../../config/source.ts';
import { readExceptions } from './read_file.ts';
import type { WrittenException } from './scoped.ts';

/** The text of a file of exceptions with one more, or what is wrong with it. */
export type WithException =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** Adds an exception to a text; what stands there stays as it is written. `comment`: what it is for. */
export function withException(text: string, exception: WrittenException, comment: string): WithException {
  const document = parseDocument(text === '' ? 'exceptions: []' : text);
  const list = document.get('exceptions');
  if (document.errors.length > 0 || (list != null && !isSeq(list)))
    return { kind: 'wrong', message: 'it holds something else than a list under exceptions' };
  const node = document.createNode(exception);
  node.commentBefore = ` ${comment.replace(/\p{Cc}/gu, ' ')}`;
  if (isSeq(list)) {
    list.flow = false;
    list.add(node);
  } else document.set('exceptions', [node]);
  const made = document.toString({ lineWidth: 0 });
  const read = readExceptions(new Source('exceptions', made));
  return read.kind === 'wrong' ? read : { kind: 'text', text: made };
}

/** Adds an exception to a file, which is made where there is none; undefined, or why it could not be done. */
export async function addException(
  path: string,
  exception: WrittenException,
  comment: string,
): Promise<string | undefined> {
  const file = await readText(path);
  if (file.kind === 'unreadable' && file.reason !== 'no such file') return `cannot be read: ${file.reason}`;
  const made = withException(file.kind === 'read' ? file.text : '', exception, comment);
  if (made.kind === 'wrong') return made.message;
  try {
    // Whole or not at all: an agent may read it meanwhile.
    await writeFile(`${path}.new`, made.text);
    await rename(`${path}.new`, path);
    return undefined;
  } catch (error) {
    return `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
