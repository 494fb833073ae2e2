import type { MapNode } from '../../config/node.ts';
import type { Range } from '../../config/source.ts';
import type { LogsourceName } from '../logsource.ts';
import { mapAt, oneOf, textAt, textsAt } from './fields.ts';
import type { Issues } from './issue.ts';

/** Levels of rules, from the least to the gravest. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
/** How grave a match is. */
export type Level = (typeof LEVELS)[number];

/** What a rule's author says of its maturity. */
export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
export type Status = (typeof STATUSES)[number];

/** A rule's relation to another one. */
export interface Related {
  readonly id: string;
  readonly type: string;
}

/** What rules and correlations say of themselves. */
export interface Metadata {
  readonly title: string;
  /** Of the file, mostly a UUID; undefined where it has none. */
  readonly id: string | undefined;
  /** Another name that correlations and filters may use. */
  readonly name: string | undefined;
  /** Undefined where the author does not say: counted as medium. */
  readonly level: Level | undefined;
  readonly status: Status | undefined;
  readonly description: string | undefined;
  readonly author: string | undefined;
  readonly license: string | undefined;
  /** The author's own, where rules are numbered. */
  readonly version: string | undefined;
  readonly date: string | undefined;
  readonly modified: string | undefined;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly fields: readonly string[];
  readonly related: readonly Related[];
  /** Where the document stands. */
  readonly range: Range;
}

/** Reads what a document says of itself; keys that the specification does not know are its writer's own. */
export function readMetadata(map: MapNode, issues: Issues): Metadata {
  const title = textAt(map, 'title', issues);
  if (title === undefined) issues.add('missing_key', map.range, 'title is missing');
  const text = (key: string) => textAt(map, key, issues);
  return {
    title: title ?? '',
    id: text('id'),
    name: text('name'),
    level: oneOf(map, 'level', LEVELS, issues),
    status: oneOf(map, 'status', STATUSES, issues),
    description: text('description'),
    author: text('author'),
    license: text('license'),
    version: text('version'),
    date: text('date'),
    modified: text('modified'),
    references: textsAt(map, 'references', issues),
    tags: textsAt(map, 'tags', issues),
    falsePositives: textsAt(map, 'falsepositives', issues),
    fields: textsAt(map, 'fields', issues),
    related: readRelated(map, issues),
    range: map.range,
  };
}

/** A document's `logsource`; names are compared in lower case. */
export function readLogsource(map: MapNode, issues: Issues): LogsourceName | undefined {
  const source = mapAt(map, 'logsource', issues);
  if (source === undefined) return undefined;
  const name = (key: string) => textAt(source, key, issues)?.toLowerCase();
  const read = { product: name('product'), category: name('category'), service: name('service') };
  if ((read.product ?? read.category ?? read.service) !== undefined) return read;
  return issues.add('missing_key', source.range, 'logsource: expected product, category or service');
}

function readRelated(map: MapNode, issues: Issues): readonly Related[] {
  const list = map.entries.get('related')?.value;
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const id = textAt(item, 'id', issues);
    return id === undefined ? [] : [{ id, type: textAt(item, 'type', issues) ?? 'similar' }];
  });
}
