import type { Range } from '../../config/source.ts';
import { nearest } from '../../config/suggest.ts';
import type { At, Comparison, TimePart } from './expression.ts';
import type { Issues } from './issue.ts';

/** What changes a value before it is compared, in the order written. */
export type Transform = 'windash' | 'utf8' | 'utf16le' | 'utf16be' | 'utf16' | 'base64' | 'base64offset';

/** How values are compared; what of this goes together is checked when they are read. */
export interface Modifiers {
  /** All values must fit, not one of them. */
  readonly all: boolean;
  readonly expand: boolean;
  readonly cased: boolean;
  readonly transforms: readonly Transform[];
  readonly at: At;
  /** What a value is, if not a text. */
  readonly as: 'text' | 'regex' | 'cidr' | 'exists' | 'field' | 'number';
  /** Of a regular expression: a subset of `ims`. */
  readonly flags: string;
  readonly comparison: Comparison;
  readonly part: TimePart | undefined;
  readonly negated: boolean;
}

type Mutable = { -readonly [K in keyof Modifiers]: Modifiers[K] };

// Sigma specification 2.1, "Sigma Modifiers Appendix".
const APPLY: Readonly<Record<string, (m: Mutable) => void>> = {
  all: (m) => (m.all = true),
  expand: (m) => (m.expand = true),
  cased: (m) => (m.cased = true),
  contains: (m) => (m.at = 'within'),
  startswith: (m) => (m.at = 'start'),
  endswith: (m) => (m.at = 'end'),
  re: (m) => (m.as = 'regex'),
  i: (m) => (m.flags += 'i'),
  ignorecase: (m) => (m.flags += 'i'),
  m: (m) => (m.flags += 'm'),
  multiline: (m) => (m.flags += 'm'),
  s: (m) => (m.flags += 's'),
  dotall: (m) => (m.flags += 's'),
  cidr: (m) => (m.as = 'cidr'),
  exists: (m) => (m.as = 'exists'),
  fieldref: (m) => (m.as = 'field'),
  neq: (m) => (m.negated = true),
  gt: (m) => compare(m, 'gt'),
  gte: (m) => compare(m, 'gte'),
  lt: (m) => compare(m, 'lt'),
  lte: (m) => compare(m, 'lte'),
  minute: (m) => timed(m, 'minute'),
  hour: (m) => timed(m, 'hour'),
  day: (m) => timed(m, 'day'),
  week: (m) => timed(m, 'week'),
  month: (m) => timed(m, 'month'),
  year: (m) => timed(m, 'year'),
  windash: (m) => transform(m, 'windash'),
  wide: (m) => transform(m, 'utf16le'),
  utf16le: (m) => transform(m, 'utf16le'),
  utf16be: (m) => transform(m, 'utf16be'),
  utf16: (m) => transform(m, 'utf16'),
  base64: (m) => transform(m, 'base64'),
  base64offset: (m) => transform(m, 'base64offset'),
};

/** What a field without modifiers, and a keyword, has. */
export const NO_MODIFIERS: Modifiers = {
  all: false,
  expand: false,
  cased: false,
  transforms: [],
  at: 'whole',
  as: 'text',
  flags: '',
  comparison: 'eq',
  part: undefined,
  negated: false,
};

/** The modifiers behind a field's name, or undefined where something is wrong with them. */
export function readModifiers(names: readonly string[], range: Range, issues: Issues): Modifiers | undefined {
  const m: Mutable = { ...NO_MODIFIERS, transforms: [] };
  for (const name of names) {
    const apply = Object.hasOwn(APPLY, name) ? APPLY[name] : undefined;
    if (apply === undefined) {
      const near = nearest(name, Object.keys(APPLY));
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      return issues.add('unknown_modifier', range, `there is no modifier "${name}"`, hint);
    }
    apply(m);
  }
  const wrong = misuse(m);
  return wrong === undefined ? m : issues.add('modifier_misuse', range, wrong);
}

function misuse(m: Modifiers): string | undefined {
  if (m.flags !== '' && m.as !== 'regex') return 'the modifiers i, m and s go with re';
  if (m.as !== 'text' && m.transforms.length > 0) return `${m.as} takes values as they are: no encoding`;
  if (m.as !== 'text' && m.as !== 'field' && m.at !== 'whole') {
    return `contains, startswith and endswith do not go with ${m.as}`;
  }
  if (m.cased && m.as !== 'text' && m.as !== 'field') return `cased does not go with ${m.as}`;
  const encodings = m.transforms.filter((t) => t !== 'windash' && !t.startsWith('base64'));
  if (encodings.length > 1) return `${encodings.join(' and ')} exclude each other`;
  return undefined;
}

function compare(m: Mutable, comparison: Comparison): void {
  m.as = 'number';
  m.comparison = comparison;
}

function timed(m: Mutable, part: TimePart): void {
  m.as = 'number';
  m.part = part;
}

function transform(m: Mutable, name: Transform): void {
  m.transforms = [...m.transforms, name];
}
