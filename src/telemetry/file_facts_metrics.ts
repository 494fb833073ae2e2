import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `file_facts` processor measures. */
export const FILE_FACTS_METRICS = {
  files: {
    name: 'sigel.file_facts.files',
    instrument: 'counter',
    unit: '{file}',
    by: MetricAttr.fileFactsOutcome,
    description:
      'Files that were asked for, by what came of it: `read`, `cached`, `missing`, `not_plain`, `failed`, `skipped`.',
  },
  late: {
    name: 'sigel.file_facts.late',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that went on without facts, since reading their file took longer than `wait`.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What became of requests. */
export interface FileFactsCounts {
  readonly files: Map<string, number>;
  late: number;
}

/** Measures file facts whenever somebody collects. */
export function observeFileFacts(meter: Meter, counts: FileFactsCounts): void {
  observable(meter, FILE_FACTS_METRICS.files).addCallback((result) => {
    for (const [outcome, count] of counts.files)
      result.observe(count, { [MetricAttr.fileFactsOutcome.name]: outcome });
  });
  observable(meter, FILE_FACTS_METRICS.late).addCallback((result) => result.observe(counts.late));
}
