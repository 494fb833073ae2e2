import { haveTraces } from '../interop/shared_data.ts';
import { sigmaRules } from '../support/sigma_samples.ts';
import { runCase } from './measure.ts';
import type { Bench } from './run.ts';
import { rulesMemorySection } from './section_rules_memory.ts';

/** Sigma rules over events, beside the plain evaluator that the engine is equal to; correlations within their memory. */
export async function sigmaSection(bench: Bench): Promise<void> {
  const { table } = bench;
  const rules = sigmaRules();
  table.heading('Sigma: published rules over events by Sigma names');
  if (rules === undefined) table.skipped('rules over events', 'no rules in ../shared/data/sigma');
  else {
    const run = (what: string, engine: string, count: number) => () =>
      runCase('sigma', [what, engine, String(count)]);
    await table.row('process_creation rules over process events', run('process', 'sigel', 100_000), {
      atLeast: 40_000,
    });
    await table.row('  the plain evaluator', run('process', 'naive', 300), undefined, 1);
    // So many that V8's own compiling, a third of the time of 200,000, does not count for much: an agent runs for days.
    await table.row('all rules over a mixed stream', run('mixed', 'sigel', 1_000_000), {
      atLeast: 150_000,
      mibAtMost: 450,
    });
    await table.row('  the plain evaluator', run('mixed', 'naive', 300), undefined, 1);
    await table.row('  compiling all of them', run('mixed', 'compile', 5), undefined, 1);
    if (haveTraces()) await rulesMemorySection(bench, rules);
  }
  table.heading('Correlations: 100,000 groups');
  const million = ['1000000', '100000'];
  await table.row('event_count within 64 MiB', () => runCase('correlation', [...million, '64']));
  await table.row('event_count within 512 MiB: all groups fit', () =>
    runCase('correlation', [...million, '512']),
  );
}
