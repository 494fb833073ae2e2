import { readText } from './read_file.ts';
import { Source } from './source.ts';

/** The text that a `--config` argument names, or why there is none. */
export type Located =
  | { readonly kind: 'found'; readonly source: Source; readonly nestedKeys: boolean }
  | { readonly kind: 'unreadable'; readonly message: string; readonly hint?: string };

/**
 * Fetches what a `--config` argument names, in the Collector's forms: a path, `file:path`, `yaml:text` (a key
 * `a::b` stands for a nested map) or `env:X` (the variable holds the YAML).
 */
export async function locate(
  argument: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Located> {
  // One letter before a colon is a Windows drive, not a scheme.
  const [, scheme = 'file', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]+):)?([^]*)$/.exec(argument) ?? [];
  switch (scheme) {
    case 'yaml':
      return { kind: 'found', source: new Source('yaml:', rest), nestedKeys: true };
    case 'env': {
      const text = env[rest];
      if (text !== undefined) return { kind: 'found', source: new Source(argument, text), nestedKeys: false };
      return { kind: 'unreadable', message: `the environment variable ${rest} is not set` };
    }
    case 'file': {
      const file = await readText(rest);
      if (file.kind === 'read')
        return { kind: 'found', source: new Source(rest, file.text), nestedKeys: false };
      return { kind: 'unreadable', message: `${rest} cannot be read: ${file.reason}` };
    }
    default:
      return {
        kind: 'unreadable',
        message: `unknown scheme "${scheme}" in "${argument}"`,
        hint: 'valid schemes: file, yaml, env',
      };
  }
}
