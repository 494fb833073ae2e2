import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards, queriesOf } from '../support/dashboards.ts';
import { demoRecords } from '../support/demo_records.ts';
import { fencesOf } from '../support/fences.ts';
import { labelsOf } from '../support/logql.ts';

// Grafana cannot be had here, so what dashboards ask Loki for is held against the records of a run; the interop suite
// `views` asks a real one.

/** What Loki makes of a record's fields, beside attributes: severity and ids. */
const FIELDS = ['severity_text', 'severity_number', 'trace_id', 'span_id', 'scope_name'];

async function emitted(): Promise<ReadonlySet<string>> {
  const names = new Set(FIELDS);
  for (const { attributes, resource } of await demoRecords('ecs'))
    for (const name of [...Object.keys(attributes), ...Object.keys(resource)])
      names.add(name.replaceAll(/[^A-Za-z0-9_]/g, '_'));
  return names;
}

test('what dashboards and documents ask Loki for, a run emits', async () => {
  const names = await emitted();
  const queries = [
    ...dashboards()
      .flatMap(queriesOf)
      .filter(({ source }) => source === 'loki'),
    ...fencesOf('docs/loki.md', 'logql').map((text) => ({ where: 'docs/loki.md', text })),
  ];
  assert.ok(queries.length > 30);
  const missing = queries.flatMap(({ where, text }) =>
    [...labelsOf(text)].filter((name) => !names.has(name)).map((name) => `${where}: ${name}`),
  );
  assert.deepEqual(missing, []);
});
