import type { BatchObservableResult, Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import type { RuleStatistics } from '../sigma/rule_totals.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What is measured of single rules. */
export const RULE_METRICS = {
  evaluations: {
    name: 'sigel.rule.evaluations',
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.ruleId,
    description:
      'Records that a rule was tried on, having a literal in common; of a correlation, what it counted. The 200 rules that match or take most time stand for themselves, all others together as `other`.',
  },
  matches: {
    name: 'sigel.rule.matches',
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.ruleId,
    description: 'Records that met a rule, before exceptions and throttling.',
  },
  time: {
    name: 'sigel.rule.time',
    instrument: 'counter',
    unit: 's',
    by: MetricAttr.ruleId,
    description: 'How long trying a rule took, estimated from one of 61 times.',
  },
  errors: {
    name: 'sigel.rule.errors',
    instrument: 'counter',
    unit: '{error}',
    by: MetricAttr.ruleId,
    description: 'How often trying a rule failed. Please report it.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Rules that stand for themselves: each costs whoever stores metrics four series for each node. */
const MAX_RULES = 200;
const OTHER = 'other';
const NUMBERS = ['evaluations', 'matches', 'time', 'errors'] as const;

type Numbers = Record<(typeof NUMBERS)[number], number>;

/** Measures rules whenever somebody collects. */
export function observeRules(meter: Meter, read: () => readonly RuleStatistics[]): void {
  const instruments = NUMBERS.map((key) => [key, observable(meter, RULE_METRICS[key])] as const);
  const told = new Set<string>();
  const observe = (result: BatchObservableResult): void => {
    for (const [id, numbers] of toldApart(read(), told)) {
      for (const [key, instrument] of instruments)
        result.observe(instrument, numbers[key], { [MetricAttr.ruleId.name]: id });
    }
  };
  meter.addBatchObservableCallback(
    observe,
    instruments.map(([, instrument]) => instrument),
  );
}

/**
 * The numbers by rule, at most {@link MAX_RULES} of them and the rest as one. Which was told once, in `told`, is told for
 * ever, so that counters only grow.
 */
function toldApart(rules: readonly RuleStatistics[], told: Set<string>): ReadonlyMap<string, Numbers> {
  const active = rules.filter(({ id, evaluations }) => evaluations > 0 && !told.has(id));
  const known = (rule: RuleStatistics) => rule.matches + rule.errors > 0;
  const first = active.sort((a, b) => Number(known(b)) - Number(known(a)) || b.time - a.time);
  for (const { id } of first.slice(0, MAX_RULES - told.size)) told.add(id);
  const out = new Map<string, Numbers>();
  const other: Numbers = { evaluations: 0, matches: 0, time: 0, errors: 0 };
  for (const rule of rules) {
    if (told.has(rule.id)) out.set(rule.id, rule);
    else for (const key of NUMBERS) other[key] += rule[key];
  }
  return out.set(OTHER, other);
}
