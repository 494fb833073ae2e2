import type { FieldFacts } from './facts.ts';

const SIZED: ReadonlySet<string> = new Set(['UnicodeString', 'AnsiString', 'Binary']);
// In this order: a prefix's length is in bits, that of its address in bytes; of data only what was captured
// follows.
const SUFFIXES = ['AddressLength', 'CapturedSize', 'Length', 'Size'];

/**
 * The earlier field that holds a string's or binary's length, by its name: `FileName` has
 * `FileNameLength`. Tables lack lengths; in the 29 manifests of build 17134 every string or binary that such
 * a field stands before has it for its length (364 of 364).
 */
export function lengthByName(field: FieldFacts, earlier: readonly FieldFacts[]): string | undefined {
  if (!SIZED.has(field.in)) return undefined;
  const base = field.name.replace(/(Buffer|Data)$/, '');
  const bases = [field.name, `_${field.name}`, field.name.replace(/Address$/, 'Addr'), base];
  const names = new Set(earlier.map(({ name }) => name));
  return SUFFIXES.flatMap((suffix) => bases.map((name) => `${name}${suffix}`)).find((name) =>
    names.has(name),
  );
}
