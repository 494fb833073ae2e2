import type { AnyDefinition } from '../component.ts';
import {
  type ComponentConfig,
  type ComponentsOf,
  type DefinitionOf,
  KIND_OF,
  type Section,
} from './checked.ts';
import { formatId, parseId } from './ids.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type Entry, isEmpty, kindOf } from './node.ts';
import { parseWith } from './parse_with.ts';
import { suggest } from './suggest.ts';

/** What a section of components holds. */
export interface CheckedSection<K extends Section = Section> {
  readonly section: K;
  readonly components: ComponentsOf<K>;
  /** Ids that are configured, but wrongly: a reference to one is no second error. */
  readonly broken: ReadonlySet<string>;
}

/** All sections that hold components. */
export type CheckedSections = { readonly [K in Section]: CheckedSection<K> };

/** Finds the type of each component of a section and parses its config. */
export function checkSection<K extends Section>(
  section: K,
  entry: Entry | undefined,
  definitions: readonly AnyDefinition[],
  issues: ConfigIssue[],
): CheckedSection<K> {
  const components = new Map<string, ComponentConfig<DefinitionOf[K]>>();
  const broken = new Set<string>();
  const node = entry?.value;
  if (node !== undefined && node.kind !== 'map' && !isEmpty(node)) {
    const hint = `write the ids of ${section} as keys`;
    issues.push(issueAt('wrong_type', node.range, `${section}: expected a map, got ${kindOf(node)}`, hint));
  }
  const known = definitions.filter(
    (definition): definition is DefinitionOf[K] => definition.kind === KIND_OF[section],
  );
  const first = new Map<string, string>();
  for (const [text, component] of node?.kind === 'map' ? node.entries : []) {
    const found = checkId(section, text, component, known, issues);
    if (found === undefined) {
      broken.add(text);
      continue;
    }
    const { id, definition } = found;
    const before = first.get(id);
    if (before !== undefined) {
      const same =
        before === text ? `"${text}" stands twice` : `"${text}" and "${before}" are the same component`;
      issues.push(
        issueAt('duplicate_id', component.key, `${section}: ${same}`, 'give one of them a name: type/name'),
      );
      continue;
    }
    first.set(id, text);
    const parsed = parseWith(definition.config, { name: `${section}::${text}`, entry: component });
    if (parsed.kind === 'parsed')
      components.set(id, { id, definition, config: parsed.value, entry: component });
    else {
      broken.add(id);
      issues.push(...parsed.issues);
    }
  }
  return { section, components, broken };
}

function checkId<D extends AnyDefinition>(
  section: Section,
  text: string,
  { key }: Entry,
  definitions: readonly D[],
  issues: ConfigIssue[],
): { readonly id: string; readonly definition: D } | undefined {
  const id = parseId(text);
  if (id === undefined) {
    issues.push(
      issueAt('bad_id', key, `${section}: "${text}" is not an id`, 'write type or type/name, without blanks'),
    );
    return undefined;
  }
  const definition = definitions.find(({ type, aliases }) => type === id.type || aliases?.includes(id.type));
  if (definition === undefined) {
    const message = `${section}: unknown type "${id.type}" in "${text}"`;
    issues.push(
      issueAt(
        'unknown_type',
        key,
        message,
        suggest(
          id.type,
          definitions.map(({ type }) => type),
          'valid types',
        ),
      ),
    );
    return undefined;
  }
  return { id: formatId({ type: definition.type, name: id.name }), definition };
}

/** An id with its alias replaced, as components are known by. */
export function canonicalId(text: string, definitions: readonly AnyDefinition[]): string {
  const id = parseId(text);
  if (id === undefined) return text;
  const definition = definitions.find(({ aliases }) => aliases?.includes(id.type));
  return definition === undefined ? text : formatId({ type: definition.type, name: id.name });
}
