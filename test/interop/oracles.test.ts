import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Comparison, compare } from './oracle_compare.ts';
import { type OracleEvent, readOracle } from './oracle_file.ts';
import type { FixUp } from './oracle_fixup.ts';
import { FIX_UPS } from './oracle_fixups.ts';
import { type DecodedEvent, type DecodedTrace, oraclePlace, readDecoded } from './oracle_trace.ts';
import { NO_TRACES } from './shared_data.ts';

/** Each oracle and the trace that it is of. */
const ORACLES = [
  ['net.4.5.2.x64', 'perfview452-x64-w8-xpress'],
  ['gcevents', 'gc-w10'],
  ['primitive-types', 'primitive-tl-w10'],
] as const;

test("decoded events are what Microsoft's TraceEvent says of them", { skip: NO_TRACES }, async (t) => {
  const used = new Set<FixUp>();
  for (const [name, id] of ORACLES) {
    const oracle = readOracle(name);
    const trace = await readDecoded(id, oracle.events);
    const pairs = pair(oracle.events, trace, used);
    await t.test(`${name}: every sample is an event at its microsecond, field by field`, (t) => {
      const all = pairs.map(({ comparison }) => comparison);
      const sum = (of: (comparison: Comparison) => number): number =>
        all.reduce((total, comparison) => total + of(comparison), 0);
      const agreed = sum((c) => c.agreed);
      const compared = sum((c) => c.compared);
      t.diagnostic(
        `${name}: ${agreed} of ${compared} fields of ${pairs.length} events agree, ` +
          `${sum((c) => c.notComparable)} more are not in the event, or in no description of it`,
      );
      assert.deepEqual(
        all.flatMap((c) => c.differences),
        [],
      );
    });
    await t.test(`${name}: every event occurs as often`, () => {
      const keys = new Map(pairs.map(({ sample, decoded }) => [sample.name, decoded.key]));
      for (const { sample, decoded } of pairs) assert.equal(decoded.key, keys.get(sample.name), sample.name);
      for (const [event, count] of oracle.counts) {
        assert.equal(trace.counts.get(keys.get(event) ?? ''), count, event);
      }
    });
  }
  await t.test('every fix-up is needed', () => {
    const idle = FIX_UPS.filter((fixUp) => !used.has(fixUp));
    assert.deepEqual(
      idle.map(({ event, fields }) => `${event.source}: ${fields.join(', ')}`),
      [],
    );
  });
});

interface Pair {
  readonly sample: OracleEvent;
  readonly decoded: DecodedEvent;
  readonly comparison: Comparison;
}

/** Every sample with an event of its time, processor and size; where several are, with the one most alike. */
function pair(samples: readonly OracleEvent[], trace: DecodedTrace, used: Set<FixUp>): Pair[] {
  const taken = new Set<DecodedEvent>();
  return samples.map((sample) => {
    const candidates = (trace.events.get(oraclePlace(sample)) ?? []).filter((event) => !taken.has(event));
    const [best] = candidates
      .map((decoded) => ({ sample, decoded, comparison: compare(sample, decoded, trace, used) }))
      .sort((a, b) => a.comparison.differences.length - b.comparison.differences.length);
    assert.ok(best, `${sample.name} at ${sample.microseconds} µs is not there`);
    taken.add(best.decoded);
    return best;
  });
}
