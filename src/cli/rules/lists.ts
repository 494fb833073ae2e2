import { BUILTIN_LISTS } from '../../sigma/builtin.ts';
import type { Lists } from '../../sigma/rule/expand.ts';
import { ValueList } from '../../sigma/rule/value_list.ts';

/** The lists that `--list NAME=A,B` options give, or the option that is none. */
export type ParsedLists =
  | { readonly kind: 'lists'; readonly lists: Lists }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads `--list` options. As in the pipeline, a list that built-in rules name is empty where it is not given. */
export function parseLists(options: readonly string[]): ParsedLists {
  const lists = new Map(BUILTIN_LISTS.map((name) => [name, new ValueList([])]));
  for (const option of options) {
    const [, name, values] = /^([\w.-]{1,128})=(.*)$/s.exec(option) ?? [];
    if (name === undefined || values === undefined) {
      return { kind: 'wrong', message: `--list takes NAME=VALUE,VALUE…, not '${option}'` };
    }
    lists.set(name, new ValueList(values.split(',')));
  }
  return { kind: 'lists', lists };
}
