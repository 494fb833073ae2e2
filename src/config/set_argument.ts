import { issueAt } from './issue.ts';
import { nest, type ReadResult, readYaml } from './read_yaml.ts';
import { Source } from './source.ts';

/**
 * Reads the argument of `--set`: `a::b=value`, the value as YAML. Keys may also be parted by dots, as the
 * Collector's help has it, when no `::` stands in the key.
 */
export function readSet(argument: string): ReadResult {
  const source = new Source('--set', argument);
  const equals = argument.indexOf('=');
  const key = equals < 0 ? argument : argument.slice(0, equals);
  const parts = key.split(key.includes('::') ? '::' : '.');
  const range = { source, start: 0, end: key.length };
  if (equals < 0 || parts.some((part) => part === '')) {
    const hint = 'write it as section::id::key=value, such as processors::batch::timeout=2s';
    return {
      kind: 'wrong',
      issues: [issueAt('yaml_syntax', { ...range, end: argument.length }, 'not of the form key=value', hint)],
    };
  }
  const value = readYaml(source, { nestedKeys: true, from: equals + 1 });
  if (value.kind === 'wrong') return value;
  const [name, entry] = nest(
    parts,
    range,
    argument.slice(equals + 1).trim() === '' ? { kind: 'scalar', value: null, range } : value.node,
  );
  return { kind: 'read', node: { kind: 'map', entries: new Map([[name, entry]]), range } };
}
