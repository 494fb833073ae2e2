import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const ROOT: string = join(import.meta.dirname, '..', '..');

/** A fenced block of a document: its language and its text. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a document of the project, such as `docs/quick-start.md`, in their order. */
export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return Array.from(text.matchAll(/^```(\w+)\n([^]*?)^```$/gm), ([, language = '', block = '']) => ({
    language,
    text: block,
  }));
}

/** The command lines in a block of `sh` or `powershell`: comments taken off, lines that `\` continues joined. */
export function commandsOf({ language, text }: Block): string[] {
  if (language !== 'sh' && language !== 'powershell') return [];
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/**
 * The arguments that a command line gives to `sigel` (`npm start --` and `npx sigel` are the same), without what the shell
 * does behind them; undefined where it calls something else.
 */
export function sigelArguments(command: string): string[] | undefined {
  const [, , rest] = /^((?:[A-Z_0-9]+=\S+ )*)(?:sigel|npx sigel|npm start --)(?: (.*))?$/.exec(command) ?? [];
  if (rest === undefined) return undefined;
  const [own = ''] = rest.split(/ (?:>|\||2>|&)/);
  return Array.from(
    own.matchAll(/'([^']*)'|"([^"]*)"|\S+/g),
    ([word, single, double]) => single ?? double ?? word,
  );
}
