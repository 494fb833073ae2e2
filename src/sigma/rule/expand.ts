import type { ValueList } from './value_list.ts';

/** Lists by name, that `expand` puts in the place of `%name%`. */
export type Lists = ReadonlyMap<string, ValueList>;

/** The values that a text with placeholders stands for, or the list that is missing. */
export type Expanded =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'missing'; readonly name: string };

const PLACEHOLDER = /%([\w.-]{1,128})%/;

/** The list that a text names and nothing else, or undefined. */
export function listNamed(text: string): string | undefined {
  const match = PLACEHOLDER.exec(text);
  return match?.[0] === text ? match[1] : undefined;
}

/** Puts each value of the lists in the place of their placeholders; more than `limit` values are not made. */
export function expanded(text: string, lists: Lists, limit: number): Expanded {
  let values = [text];
  for (;;) {
    const found = values.map((value) => PLACEHOLDER.exec(value)).find((match) => match !== null);
    if (found == null) return { kind: 'values', values };
    const [placeholder, name = ''] = found;
    const list = lists.get(name);
    if (list === undefined) return { kind: 'missing', name };
    // A value that holds its own placeholder would be expanded for ever.
    const safe = list.inlined().filter((value) => !PLACEHOLDER.test(value));
    values = values
      .flatMap((value) =>
        value.includes(placeholder) ? safe.map((one) => value.replace(placeholder, () => one)) : [value],
      )
      .slice(0, limit + 1);
  }
}
