/**
 * sigma.ts WHAT ENGINE COUNT: rules over made events. WHAT: `process` (all process_creation rules over process events) or
 * `mixed` (all rules over all events). ENGINE: `sigel` or `naive`. The events are the regression samples of the shared
 * rules and variants of them, their command lines varied by a seeded generator; making them is not measured.
 */
import process from 'node:process';
import type { LogRecord } from '../../../src/model/log_record.ts';
import { SigmaEngine } from '../../../src/sigma/engine/engine.ts';
import { flatRecord } from '../../../src/sigma/event_log/flat_record.ts';
import { eventLogTable } from '../../../src/sigma/event_log/table.ts';
import { loadRules } from '../../../src/sigma/load.ts';
import type { FieldValue } from '../../../src/sigma/logsource.ts';
import type { SigmaRule } from '../../../src/sigma/rule/documents.ts';
import { finished } from '../../../src/sigma/steps.ts';
import { naiveMatches } from '../../support/naive_sigma.ts';
import { regressionSamples, sigmaRules } from '../../support/sigma_samples.ts';
import { cpuSince, report } from './traces.ts';

const [what = 'process', engine = 'sigel', wanted = '100000'] = process.argv.slice(2);
const count = Number(wanted);
type Fields = Readonly<Record<string, unknown>>;

let seed = 7;
const below = (n: number): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed % n;
};
const WORDS =
  '--type=renderer /c /s --lang=en-US -File C:\\ProgramData\\app\\run.ps1 --port 8080 /quiet update -v'.split(
    ' ',
  );

/** An event with another command line: some of its words and some others. */
function varied(event: Fields): Fields {
  const line = event['CommandLine'];
  const own = typeof line === 'string' ? line.split(' ') : [''];
  const words = Array.from({ length: 3 + below(12) }, () =>
    below(2) === 0 ? own[below(own.length)] : WORDS[below(WORDS.length)],
  );
  return { ...event, CommandLine: [own[0], ...words].join(' '), ProcessId: below(65_536) };
}

const loaded = await loadRules([sigmaRules() ?? ''], new Map());
const all = regressionSamples().flatMap(({ events }) => events);
const samples = what === 'process' ? all.filter((event) => event['EventID'] === 1) : all;
const rules =
  what === 'process'
    ? loaded.rules.filter((rule) => rule.logsource.category === 'process_creation')
    : loaded.rules;
const distinct = Array.from({ length: 5000 }, (_, i) => {
  const event = samples[i % samples.length] ?? {};
  return i < samples.length || event['CommandLine'] === undefined ? event : varied(event);
});
const records = distinct.map((event) => flatRecord(event));

if (engine === 'naive') naive();
else fast();

function fast(): void {
  const compiled = finished(SigmaEngine.of(rules, [eventLogTable]));
  for (const record of records) compiled.match(record);
  const before = compiled.stats;
  const start = process.cpuUsage();
  let matches = 0;
  for (let i = 0; i < count; i++) matches += compiled.match(records[i % records.length] as LogRecord).length;
  const cpuSeconds = cpuSince(start);
  const perEvent = (compiled.stats.candidates - before.candidates) / count;
  const note = `${before.rules} rules, compiled in ${before.compileTime.toFixed(2)} s, ${perEvent.toFixed(1)} tried and ${(matches / count).toFixed(2)} met per event`;
  report(count, cpuSeconds, note);
}

function naive(): void {
  const sources = new Map(rules.map((rule) => [rule, eventLogTable.find(rule.logsource)]));
  const start = process.cpuUsage();
  let matches = 0;
  for (let i = 0; i < count; i++) matches += naiveOf(records[i % records.length] as LogRecord, sources);
  report(count, cpuSince(start), `${(matches / count).toFixed(2)} met per event`);
}

function naiveOf(
  record: LogRecord,
  sources: ReadonlyMap<SigmaRule, ReturnType<typeof eventLogTable.find>>,
): number {
  let matches = 0;
  for (const [rule, source] of sources) {
    if (source === undefined || !source.accepts(record)) continue;
    const field = (name: string): FieldValue | undefined => source.field(name)?.read(record);
    if (naiveMatches(rule.expression, { field, texts: [...source.texts(record)] })) matches++;
  }
  return matches;
}
