/** Each built-in rule on the events beside it: what must fire it, and what must not. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { BUILTIN_LISTS } from '../../src/sigma/builtin.ts';
import { loadRules } from '../../src/sigma/load.ts';
import { ValueList } from '../../src/sigma/rule/value_list.ts';
import { runTestsBeside } from '../../src/sigma/rule_tests/run.ts';

const folder = import.meta.dirname;
const names = globSync('*.yml', { cwd: folder })
  .filter((name) => !name.endsWith('.test.yml'))
  .map((name) => basename(name, '.yml'))
  .sort();

for (const name of names) {
  test(`rule ${name}`, async (t) => {
    const run = await runTestsBeside(join(folder, `${name}.yml`));
    assert.ok(run.kind === 'ran', run.kind === 'wrong' ? run.message : 'it has no tests');
    for (const wanted of ['fires', 'is quiet'])
      assert.ok(
        run.results.some((one) => one.name.startsWith(wanted)),
        `nothing tests when it ${wanted}`,
      );
    for (const result of run.results) await t.test(result.name, () => assert.ok(result.passed));
  });
}

test('there are at least 30 built-in rules, and each says what one has to know of it', async () => {
  const loaded = await loadRules([folder], new Map(BUILTIN_LISTS.map((name) => [name, new ValueList([])])));
  assert.deepEqual(
    loaded.failures.flat().map(({ message }) => message),
    [],
  );
  const all = [...loaded.rules, ...loaded.correlations.map((one) => one.rule)].map((rule) => rule.metadata);
  for (const { title, id, name, level, falsePositives, tags, range } of all) {
    assert.match(id ?? '', /^[0-9a-f-]{36}$/, title);
    assert.equal(name, basename(range.source.name, '.yml'));
    assert.ok(level !== undefined && falsePositives.length > 0, title);
    assert.ok(
      tags.some((tag) => tag.startsWith('attack.')),
      title,
    );
  }
  assert.equal(all.length, names.length);
  assert.equal(new Set(all.map(({ id }) => id)).size, names.length);
  assert.ok(names.length >= 30);
});
