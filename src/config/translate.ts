import type { z } from 'zod';
import { OTHER_FORM } from './expectation.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type JsonSchema, keysOf, schemaAt } from './json_schema.ts';
import { type Entry, isEmpty, kindOf, type Path } from './node.ts';
import { entryAt, type Place, plainPath } from './place.ts';
import type { Range } from './source.ts';
import { nearest, suggest } from './suggest.ts';

/** Turns what zod says of a config into what is said to a person. `json` is the schema it was parsed by. */
export function translate(issue: z.core.$ZodIssue, place: Place, json: JsonSchema): ConfigIssue[] {
  const path = plainPath(issue.path);
  const name = [place.name, ...path].join('::');
  const concealed = schemaAt(json, path)?.writeOnly === true ? { concealed: true } : {};
  const entry = entryAt(place, path);
  if (entry?.value.kind === 'scalar' && entry.value.unresolved === true) return [];
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(json, path));
    return issue.keys.map((key) =>
      issueAt(
        'unknown_key',
        entryAt(place, [...path, key])?.key,
        `${name} has no key "${key}"`,
        suggest(key, known, 'valid keys'),
      ),
    );
  }
  if (issue.code === 'invalid_union') return [translateUnion(issue, place, json, name)];
  if (entry === undefined) return [missing(place, path, json)];
  if (issue.code === 'invalid_type' && isEmpty(entry.value)) {
    return [
      issueAt('missing_key', entry.key, `${name}: ${issue.message}, got nothing`, describe(path, json)),
    ];
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [
      issueAt(
        'invalid_value',
        entry.key,
        `${name}: the key "${path.at(-1)}" is not valid: ${first?.message ?? issue.message}`,
      ),
    ];
  }
  const got = issue.code === 'invalid_type' ? `, got ${kindOf(entry.value)}` : '';
  const code = issue.code === 'invalid_type' ? 'wrong_type' : 'invalid_value';
  return [
    {
      ...issueAt(code, rangeOf(entry), `${name}: ${issue.message}${got}`, hintFor(issue, entry)),
      ...concealed,
    },
  ];
}

function missing(place: Place, path: Path, json: JsonSchema): ConfigIssue {
  const owner = path.slice(0, -1);
  const name = [place.name, ...owner].join('::');
  return issueAt(
    'missing_key',
    entryAt(place, owner)?.key,
    `${name} needs the key "${path.at(-1)}"`,
    describe(path, json),
  );
}

/** A hint: what a key is for. */
function describe(path: Path, json: JsonSchema): string | undefined {
  const { description } = schemaAt(json, path) ?? {};
  return description === undefined ? undefined : `${path.at(-1)}: ${description}`;
}

/** The alternative that got furthest says what is wrong; where none fits at all, what each wants. */
function translateUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  place: Place,
  json: JsonSchema,
  name: string,
): ConfigIssue {
  const path = plainPath(issue.path);
  const entry = entryAt(place, path);
  if (entry === undefined) return missing(place, path, json);
  const fitting = issue.errors.find((errors) => errors.every((error) => error.path.length > 0));
  const [inner] = fitting ?? [];
  if (inner !== undefined) {
    const [translated] = translate({ ...inner, path: [...issue.path, ...inner.path] }, place, json);
    if (translated !== undefined) return translated;
  }
  const wants = new Set(
    issue.errors.flatMap((errors) => errors.map((error) => error.message.replace(/^expected /, ''))),
  );
  const message = issue.message === OTHER_FORM ? `expected ${[...wants].join(' or ')}` : issue.message;
  // A union told apart by one key says what that key must be; the form is not what is wrong then.
  if (issue.errors.length === 0) return issueAt('invalid_value', rangeOf(entry), `${name}: ${message}`);
  return issueAt('wrong_type', rangeOf(entry), `${name}: ${message}, got ${kindOf(entry.value)}`);
}

function hintFor(issue: z.core.$ZodIssue, entry: Entry): string | undefined {
  if (issue.code !== 'invalid_value' || entry.value.kind !== 'scalar') return undefined;
  const near = nearest(String(entry.value.value), issue.values.map(String));
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** A short value is pointed at itself, a map or list at its key. */
function rangeOf(entry: Entry): Range {
  return entry.value.kind === 'scalar' ? entry.value.range : entry.key;
}
