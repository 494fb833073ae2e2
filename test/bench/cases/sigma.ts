/**
 * sigma.ts WHAT ENGINE COUNT: rules over records. WHAT: `process` (all process_creation rules over process starts) or
 * `mixed` (all rules over all kinds). ENGINE: `sigel`, `naive`, or `compile` for rules compiled COUNT times. The
 * records are the regression samples of the shared rules and the processes of recorded traces, over and over, each time
 * with other command lines; making them is not measured.
 */
import process from 'node:process';
import { keepHeapSmall } from '../../../src/heap.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import { SigmaEngine } from '../../../src/sigma/engine/engine.ts';
import { loadRules } from '../../../src/sigma/load.ts';
import type { FieldValue, Logsource } from '../../../src/sigma/logsource.ts';
import type { SigmaRule } from '../../../src/sigma/rule/documents.ts';
import { finished } from '../../../src/sigma/steps.ts';
import { LOGSOURCE_TABLES } from '../../../src/sigma/tables.ts';
import { Random } from '../../scenario/random.ts';
import { naiveMatches } from '../../support/naive_sigma.ts';
import { sigmaRules } from '../../support/sigma_samples.ts';
import { mixedRecords, processStarts, varied } from './sigma_records.ts';
import { cpuSince, report } from './traces.ts';

const [what = 'process', engine = 'sigel', wanted = '100000'] = process.argv.slice(2);
const count = Number(wanted);
keepHeapSmall();

const loaded = await loadRules([sigmaRules() ?? ''], new Map());
const rules =
  what === 'process'
    ? loaded.rules.filter((rule) => rule.logsource.category === 'process_creation')
    : loaded.rules;
const records = engine === 'compile' ? [] : what === 'process' ? await processStarts() : await mixedRecords();
const random = new Random(7);

if (engine === 'naive') naive();
else if (engine === 'compile') compile();
else fast();

function fast(): void {
  const compiled = finished(SigmaEngine.of(rules, LOGSOURCE_TABLES));
  for (let i = 0; i < 3; i++) for (const record of varied(records, random)) compiled.match(record);
  const before = compiled.stats;
  const { cpuSeconds, done, matches } = measured((record) => compiled.match(record).length);
  const perEvent = (compiled.stats.candidates - before.candidates) / done;
  const note = `${before.rules} rules, compiled in ${before.compileTime.toFixed(2)} s, ${perEvent.toFixed(1)} tried and ${(matches / done).toFixed(2)} met per event`;
  report(done, cpuSeconds, note);
}

/** Compiles the rules again and again. Others may run, or garbage be collected, in any step: each is taken at its best. */
function compile(): void {
  const start = process.cpuUsage();
  let best: readonly number[] = [];
  for (let i = 0; i < count; i++) {
    const times = stepTimes();
    best = times.map((time, step) => Math.min(time, best[step] ?? time));
  }
  const longest = best.reduce((one, other) => Math.max(one, other));
  report(
    count * rules.length,
    cpuSince(start),
    `in ${best.length} steps, the longest of ${longest.toFixed(1)} ms`,
  );
}

function stepTimes(): readonly number[] {
  const steps = SigmaEngine.of(rules, LOGSOURCE_TABLES);
  for (const times: number[] = []; ; ) {
    const start = performance.now();
    const { done } = steps.next();
    times.push(performance.now() - start);
    if (done === true) return times;
  }
}

function naive(): void {
  const sources = rules.flatMap((rule) =>
    LOGSOURCE_TABLES.flatMap((table) => {
      const source = table.find(rule.logsource);
      return source === undefined ? [] : [{ rule, source }];
    }),
  );
  const { cpuSeconds, done, matches } = measured((record) => naiveOf(record, sources));
  report(done, cpuSeconds, `${(matches / done).toFixed(2)} met per event`);
}

function measured(match: (record: LogRecord) => number): {
  readonly cpuSeconds: number;
  readonly done: number;
  readonly matches: number;
} {
  let [cpuSeconds, done, matches] = [0, 0, 0];
  while (done < count) {
    const batch = varied(records, random).slice(0, count - done);
    // What making them left behind is not the engine's to clear away.
    globalThis.gc?.({ type: 'minor' });
    const start = process.cpuUsage();
    for (const record of batch) matches += match(record);
    cpuSeconds += cpuSince(start);
    done += batch.length;
  }
  return { cpuSeconds, done, matches };
}

function naiveOf(
  record: LogRecord,
  sources: readonly { readonly rule: SigmaRule; readonly source: Logsource }[],
): number {
  const met = new Set<SigmaRule>();
  for (const { rule, source } of sources) {
    if (source.eventNames !== 'any' && !source.eventNames.includes(record.eventName)) continue;
    if (!source.accepts(record)) continue;
    const field = (name: string): FieldValue | undefined => source.field(name)?.read(record);
    if (naiveMatches(rule.expression, { field, texts: [...source.texts(record)] })) met.add(rule);
  }
  return met.size;
}
