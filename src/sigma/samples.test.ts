import assert from 'node:assert/strict';
import { test } from 'node:test';
import { naiveMatches } from '../../test/support/naive_sigma.ts';
import { regressionSamples, sigmaRules } from '../../test/support/sigma_samples.ts';
import { issueLine } from '../config/issue_line.ts';
import { SigmaEngine } from './engine/engine.ts';
import { flatRecord } from './event_log/flat_record.ts';
import { eventLogTable } from './event_log/table.ts';
import { loadRules } from './load.ts';
import { finished } from './steps.ts';

const folder = sigmaRules();
if (folder === undefined) process.stderr.write('NO SIGMA RULES: ../shared/data/sigma does not exist here\n');
const skip = folder === undefined ? 'no recorded rules in ../shared/data/sigma' : false;

// Samples whose own description counts fewer matches than its events hold: three of their events meet the rule's
// conditions as they are written, by the naive evaluator too.
const MORE = new Map([
  ['file_event_win_anydesk_artefact', 3],
  ['registry_set_change_security_zones', 3],
]);

let loading: ReturnType<typeof loadRules> | undefined;
const published = (): ReturnType<typeof loadRules> => (loading ??= loadRules([folder ?? ''], new Map()));

test('the published rules load, but for those that need a list, and their samples fire them', {
  skip,
}, async () => {
  const loaded = await published();
  assert.ok(loaded.documents > 2800);
  const reasons = loaded.failures.map((issues) => issues.map(({ code }) => code).join());
  assert.deepEqual(
    new Set(reasons),
    new Set(['missing_list']),
    loaded.failures.flat().map(issueLine).join('\n'),
  );

  const engine = finished(SigmaEngine.of(loaded.rules, [eventLogTable]));
  assert.deepEqual([engine.stats.unknownLogsource, engine.stats.impossible], [0, 0]);
  const misses: string[] = [];
  for (const { ruleId, rule, matchCount, events } of regressionSamples()) {
    const name = rule.split('/').at(-1)?.replace('.yml', '') ?? '';
    const fired = events.filter((event) =>
      engine.match(flatRecord(event)).some((match) => match.rule.metadata.id === ruleId),
    );
    const expected = MORE.get(name) ?? matchCount;
    const right = expected === undefined || expected === null ? fired.length > 0 : fired.length === expected;
    if (!right) misses.push(`${name}: ${fired.length} of ${events.length}, expected ${expected}`);
  }
  assert.deepEqual(misses, []);
});

/** The naive evaluator takes a fiftieth of a second for an event and all rules. */
const EVERY = 5;

test('the published rules mean the same to the engine as to the naive evaluator, on recorded events', {
  skip,
}, async () => {
  const { rules } = await published();
  const engine = finished(SigmaEngine.of(rules, [eventLogTable]));
  const events = regressionSamples().flatMap((sample) => sample.events);
  const sourced = rules.map((rule) => ({ rule, source: eventLogTable.find(rule.logsource) }));
  let evaluations = 0;
  for (const event of events.filter((_, i) => i % EVERY === 0)) {
    const record = flatRecord(event);
    const found = new Set(engine.match(record).map(({ rule }) => rule));
    for (const { rule, source } of sourced) {
      if (source?.accepts(record) !== true) continue;
      evaluations++;
      const field = (name: string) => source.field(name)?.read(record);
      const met = naiveMatches(rule.expression, { field, texts: source.texts(record) });
      assert.equal(found.has(rule), met, `${rule.metadata.title} on ${JSON.stringify(event)}`);
    }
  }
  assert.ok(evaluations > 20_000, `${evaluations}`);
});
