import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { dashboards, queriesOf, shapeProblems } from '../support/dashboards.ts';
import { ROOT } from '../support/documents.ts';
import { emittedMetrics } from '../support/metrics_run.ts';
import { missingIn } from '../support/promql.ts';

// Grafana cannot be had here, so what dashboards and alerts ask for is held against what a run shows Prometheus.

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { groups } = parse(read('docker/prometheus/alerts.yaml')) as { groups: { rules: Alert[] }[] };
const ALERTS = groups.flatMap(({ rules }) => rules);
/** Of whoever scrapes, and not of an agent. */
const SCRAPED = new Map([['up', new Set<string>()]]);

test('what dashboards and alerts ask for, a run emits', async () => {
  const emitted = new Map([...(await emittedMetrics()), ...SCRAPED]);
  const queries = [
    ...dashboards()
      .flatMap(queriesOf)
      .filter(({ source }) => source === 'prometheus'),
    ...ALERTS.map(({ alert, expr }) => ({ where: alert, text: expr })),
  ];
  assert.ok(queries.length > 40);
  const problems = queries.flatMap(({ where, text }) =>
    text === ''
      ? [`${where}: asks nothing`]
      : missingIn(text, emitted).map((problem) => `${where}: ${problem}`),
  );
  assert.deepEqual(problems, []);
});

for (const dashboard of dashboards())
  test(`${dashboard.file}: its panels have titles, say what they show, and lie beside each other`, () =>
    assert.deepEqual(shapeProblems(dashboard), []));

describe('alerts', () => {
  const runbooks = read('docs/runbooks.md');
  const tests = read('docker/prometheus/alerts.test.yaml');
  for (const { alert, labels, annotations } of ALERTS)
    test(`${alert} says what it is, leads to its runbook, and is tested`, () => {
      assert.match(labels.severity, /^(critical|warning|info)$/);
      assert.deepEqual(Object.keys(annotations), ['summary', 'description', 'runbook']);
      assert.equal(annotations['runbook'], `docs/runbooks.md#${alert.toLowerCase()}`);
      assert.ok(runbooks.includes(`\n## ${alert}\n`), 'no section in docs/runbooks.md');
      assert.match(tests, new RegExp(`\\b${alert}\\b`), 'no test in alerts.test.yaml');
    });

  test('and no runbook is of an alert that is none', () => {
    const names = Array.from(runbooks.matchAll(/^## (.*)$/gm), ([, name]) => name);
    assert.deepEqual(new Set(names), new Set(ALERTS.map(({ alert }) => alert)));
    assert.equal(names.length, ALERTS.length);
  });
});
