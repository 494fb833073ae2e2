import { parseWith } from '../../config/parse_with.ts';
import { readText } from '../../config/read_file.ts';
import { readYaml } from '../../config/read_yaml.ts';
import { renderIssues } from '../../config/render.ts';
import { Source } from '../../config/source.ts';
import { type ExceptionConfig, exceptionsFile } from './config.ts';

/** Exceptions of a file, or a text that says where what is wrong. */
export type ExceptionsText =
  | { readonly kind: 'read'; readonly exceptions: readonly ExceptionConfig[] }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads a YAML file with `exceptions:`. */
export async function readExceptionsFile(path: string): Promise<ExceptionsText> {
  const file = await readText(path);
  if (file.kind === 'unreadable') return { kind: 'wrong', message: `${path} cannot be read: ${file.reason}` };
  return readExceptions(new Source(path, file.text));
}

/** Reads the text of such a file. */
export function readExceptions(source: Source): ExceptionsText {
  const yaml = readYaml(source);
  if (yaml.kind === 'wrong') return { kind: 'wrong', message: renderIssues(yaml.issues) };
  const { node } = yaml;
  const parsed = parseWith(exceptionsFile, { name: source.name, entry: { key: node.range, value: node } });
  return parsed.kind === 'parsed'
    ? { kind: 'read', exceptions: parsed.value.exceptions }
    : { kind: 'wrong', message: renderIssues(parsed.issues) };
}
