import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `signature` processor measures. */
export const SIGNATURE_METRICS = {
  rules: {
    name: 'sigel.signature.rules',
    instrument: 'gauge',
    unit: '{rule}',
    description: 'Rules that are loaded and chosen.',
  },
  errors: {
    name: 'sigel.signature.rule_errors',
    instrument: 'gauge',
    unit: '{rule}',
    description: 'Rules that could not be loaded; each is logged with its place.',
  },
  listsFailing: {
    name: 'sigel.signature.lists_failing',
    instrument: 'gauge',
    unit: '{list}',
    description: 'Lists that could not be read the last time; their last good values stand.',
  },
  packsFailing: {
    name: 'sigel.signature.packs_failing',
    instrument: 'gauge',
    unit: '{pack}',
    description:
      'Packs of rules that could not be had the last time, or were refused; the last good ones run.',
  },
  signatureErrors: {
    name: 'sigel.signature.code_errors',
    instrument: 'counter',
    unit: '{error}',
    description:
      'Errors of signatures that are code: what could not be loaded, what they threw, what took too long.',
  },
  disabled: {
    name: 'sigel.signature.code_disabled',
    instrument: 'gauge',
    unit: '{signature}',
    description: 'Signatures that are code and do not run, since they failed; each is logged.',
  },
  compileTime: {
    name: 'sigel.signature.compile_time',
    instrument: 'gauge',
    unit: 's',
    description: 'How long compiling the rules took.',
  },
  tables: {
    name: 'sigel.signature.tables',
    instrument: 'gauge',
    unit: 'By',
    description: 'Bytes of the tables that literals of rules are found with.',
  },
  evaluated: {
    name: 'sigel.signature.evaluated',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that rules were looked up for.',
  },
  candidates: {
    name: 'sigel.signature.candidates',
    instrument: 'counter',
    unit: '{rule}',
    description: 'Rules that were tried on records, having a literal in common.',
  },
  matches: {
    name: 'sigel.signature.matches',
    instrument: 'counter',
    unit: '{detection}',
    by: MetricAttr.ruleLevel,
    description: 'Detections that were told, by the level of their rule.',
  },
  reloads: {
    name: 'sigel.signature.reloads',
    instrument: 'counter',
    unit: '{reload}',
    by: MetricAttr.reloadOutcome,
    description:
      'Times that changed rules were `loaded`, or `refused` since they are worse than those that run.',
  },
  codeReloads: {
    name: 'sigel.signature.code_reloads',
    instrument: 'counter',
    unit: '{reload}',
    by: MetricAttr.reloadOutcome,
    description:
      'Times that changed signatures that are code were `loaded`, or `refused`; then those from before run on.',
  },
  withheld: {
    name: 'sigel.signature.withheld',
    instrument: 'counter',
    unit: '{detection}',
    by: MetricAttr.withheldReason,
    description: 'Detections that were told to nobody, by why: `exception`, `shadow`, `throttle` or `cap`.',
  },
  exceptions: {
    name: 'sigel.signature.exceptions',
    instrument: 'gauge',
    unit: '{exception}',
    description: 'Exceptions that hold detections back.',
  },
  expired: {
    name: 'sigel.signature.exceptions_expired',
    instrument: 'gauge',
    unit: '{exception}',
    description: 'Exceptions that are over; each was logged when it ended. Remove or renew them.',
  },
  groups: {
    name: 'sigel.signature.correlation.groups',
    instrument: 'gauge',
    unit: '{group}',
    description: 'Groups of events that correlations remember.',
  },
  memory: {
    name: 'sigel.signature.correlation.memory',
    instrument: 'gauge',
    unit: 'By',
    description: 'What these groups take, estimated.',
  },
  evicted: {
    name: 'sigel.signature.correlation.evicted',
    instrument: 'counter',
    unit: '{group}',
    description: 'Groups given up because the memory for them was used up.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Metrics that are a number each. */
type Plain = Exclude<keyof typeof SIGNATURE_METRICS, (typeof COUNTED)[number]>;
/** The others: counted by something. */
const COUNTED = ['matches', 'withheld', 'reloads', 'codeReloads'] as const;

/** Numbers by metric, matches by level, what was withheld by reason, reloads by what came of them. */
export interface SignatureCounts {
  readonly matches: ReadonlyMap<string, number>;
  readonly withheld: ReadonlyMap<string, number>;
  readonly reloads: ReadonlyMap<string, number>;
  readonly codeReloads: ReadonlyMap<string, number>;
  read(): Readonly<Record<Plain, number>>;
}

/** Measures the rules whenever somebody collects. */
export function observeSignatures(meter: Meter, counts: SignatureCounts): void {
  for (const [key, definition] of Object.entries(SIGNATURE_METRICS)) {
    if ((COUNTED as readonly string[]).includes(key)) continue;
    const name = key as Plain;
    observable(meter, definition).addCallback((result) => result.observe(counts.read()[name]));
  }
  for (const name of COUNTED) {
    const { by } = SIGNATURE_METRICS[name];
    observable(meter, SIGNATURE_METRICS[name]).addCallback((result) => {
      for (const [value, count] of counts[name]) result.observe(count, { [by.name]: value });
    });
  }
}
