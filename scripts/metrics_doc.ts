import type { MetricDefinition } from '../src/telemetry/metric.ts';
import { METRICS } from '../src/telemetry/metric_list.ts';
import { table } from './table.ts';

const BEGIN = '<!-- metrics -->';
const END = '<!-- /metrics -->';

/** A text with the table of Sigel's own metrics between its marks brought up to date; undefined without marks. */
export function withMetrics(text: string): string | undefined {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return undefined;
  return `${text.slice(0, begin + BEGIN.length)}\n\n${metricsTable()}\n${text.slice(end)}`;
}

function metricsTable(): string {
  const rows = Object.entries(METRICS).flatMap(([level, metrics]) =>
    metrics.map((metric) => row(metric, level)),
  );
  return table(['Metric', 'Kind', 'Unit', 'By', 'Level', 'Meaning'], rows);
}

function row({ name, instrument, unit, by, description }: MetricDefinition, level: string): string[] {
  const attribute = by === undefined ? '' : `\`${by.name}\``;
  return [`\`${name}\``, instrument, `\`${unit}\``, attribute, `\`${level}\``, description];
}
