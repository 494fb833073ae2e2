/** Each built-in rule on the events beside it: what must fire it, and what must not. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import type { LogRecord } from '../../src/model/log_record.ts';
import { BUILTIN_LISTS } from '../../src/sigma/builtin.ts';
import { Detector } from '../../src/sigma/detector.ts';
import { flatRecord } from '../../src/sigma/event_log/flat_record.ts';
import { eventLogTable } from '../../src/sigma/event_log/table.ts';
import { CATEGORIES, SERVICES } from '../../src/sigma/event_log/taxonomy.ts';
import { loadRules } from '../../src/sigma/load.ts';
import type { CorrelationRule, SigmaRule } from '../../src/sigma/rule/documents.ts';
import { ValueList } from '../../src/sigma/rule/value_list.ts';
import { finished } from '../../src/sigma/steps.ts';

type Rule = SigmaRule | CorrelationRule;

const event = z.record(z.string(), z.unknown());
/** One event; a `sequence` of them, a second apart; or one that is repeated, with `%` of a field counted up. */
const scene = z.union([
  z.strictObject({ sequence: z.array(event).min(2) }),
  z.looseObject({
    repeat: z.int(),
    every: z.string().regex(/^\d+[sm]$/),
    vary: z.string().optional(),
    each: z.record(z.string(), z.array(z.string())).optional(),
  }),
  event,
]);
const file = z.strictObject({
  /** Other rules that it builds on. */
  uses: z.array(z.string()).default([]),
  lists: z.record(z.string(), z.array(z.string())).default({}),
  fires: z.array(scene).min(1),
  quiet: z.array(scene).min(1),
});
type Scene = z.infer<typeof scene>;

const folder = import.meta.dirname;
const names = globSync('*.yml', { cwd: folder })
  .filter((name) => !name.endsWith('.test.yml'))
  .map((name) => basename(name, '.yml'))
  .sort();

/** Events in the order of their time, in seconds. */
function eventsOf(one: Scene): { at: number; fields: Record<string, unknown> }[] {
  if ('sequence' in one)
    return (one.sequence as Record<string, unknown>[]).map((fields, at) => ({ at, fields }));
  if (!('repeat' in one)) return [{ at: 0, fields: one }];
  const {
    repeat,
    every,
    vary,
    each = {},
    ...fields
  } = one as Record<string, unknown> & {
    repeat: number;
    every: string;
    vary?: string;
    each?: Record<string, string[]>;
  };
  const step = Number.parseInt(every, 10) * (every.endsWith('m') ? 60 : 1);
  return Array.from({ length: repeat }, (_, i) => {
    const own: Record<string, unknown> = { ...fields };
    if (vary !== undefined) own[vary] = String(own[vary]).replace('%', String(i));
    for (const [name, values] of Object.entries(each)) own[name] = values[i % values.length];
    return { at: i * step, fields: own };
  });
}

function recordOf(fields: Record<string, unknown>, at: number, rule: Rule): LogRecord {
  const { category = rule.kind === 'rule' ? rule.logsource.category : undefined, ...rest } = fields;
  const service = rule.kind === 'rule' ? rule.logsource.service : undefined;
  const [kind] = CATEGORIES[String(category)] ?? [{ channel: SERVICES[service ?? '']?.[0] ?? '', ids: [] }];
  const head = { Channel: kind?.channel, EventID: kind?.ids?.[0] };
  return flatRecord({ ...head, ...rest }, [1_800_000_000 + at, 0]);
}

for (const name of names) {
  test(`rule ${name}`, async (t) => {
    const beside = file.parse(parse(readFileSync(join(folder, `${name}.test.yml`), 'utf8')));
    const paths = [name, ...beside.uses].map((one) => join(folder, `${one}.yml`));
    const lists = new Map(
      Object.entries(beside.lists).map(([name, values]) => [name, new ValueList(values)]),
    );
    const loaded = await loadRules(paths, lists);
    assert.deepEqual(
      loaded.failures.flat().map(({ message }) => message),
      [],
    );
    const all: Rule[] = [...loaded.rules, ...loaded.correlations.map((one) => one.rule)];
    const rule = all.find((one) => one.metadata.name === name);
    assert.ok(rule !== undefined, 'its name is its file\u2019s');
    const { metadata } = rule;
    assert.match(metadata.id ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(metadata.level !== undefined && metadata.falsePositives.length > 0);
    assert.ok(metadata.tags.some((tag) => tag.startsWith('attack.')));
    const fires = (one: Scene): boolean => {
      const selection = { levels: undefined, minLevel: undefined, status: undefined };
      const options = { selection, correlationMemory: 1 << 20, refOf: () => '' };
      const detector = finished(Detector.of(loaded, [eventLogTable], options));
      const found = eventsOf(one).flatMap(({ at, fields }) => detector.detect(recordOf(fields, at, rule)));
      return found.some((detection) => detection.rule === rule);
    };
    for (const one of beside.fires)
      await t.test(`fires on ${JSON.stringify(one)}`, () => assert.ok(fires(one)));
    for (const one of beside.quiet)
      await t.test(`is quiet on ${JSON.stringify(one)}`, () => assert.ok(!fires(one)));
  });
}

test('there are at least 30 built-in rules, each with an id of its own', async () => {
  const loaded = await loadRules([folder], new Map(BUILTIN_LISTS.map((name) => [name, new ValueList([])])));
  assert.deepEqual(
    loaded.failures.flat().map(({ message }) => message),
    [],
  );
  const all: Rule[] = [...loaded.rules, ...loaded.correlations.map((one) => one.rule)];
  assert.equal(all.length, names.length);
  assert.equal(new Set(all.map(({ metadata }) => metadata.id)).size, names.length);
  assert.ok(names.length >= 30);
});
