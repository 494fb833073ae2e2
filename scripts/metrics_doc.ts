import { COLLECTOR_METRICS } from '../src/telemetry/collector_metrics.ts';
import type { MetricDefinition } from '../src/telemetry/metric.ts';
import { METRICS } from '../src/telemetry/metric_list.ts';
import { table } from './table.ts';

/** A text with the tables of Sigel's own metrics between their marks brought up to date; undefined without marks. */
export function withMetrics(text: string): string | undefined {
  const own = between(text, 'metrics', metricsTable());
  return own === undefined ? undefined : between(own, 'collector metrics', collectorTable());
}

function between(text: string, mark: string, inside: string): string | undefined {
  const first = `<!-- ${mark} -->`;
  const begin = text.indexOf(first);
  const end = text.indexOf(`<!-- /${mark} -->`, begin);
  if (begin < 0 || end < 0) return undefined;
  return `${text.slice(0, begin + first.length)}\n\n${inside}\n${text.slice(end)}`;
}

function collectorTable(): string {
  const rows = COLLECTOR_METRICS.map(({ name, instrument, description }) => [
    `\`${name}\``,
    instrument,
    description,
  ]);
  return table(['Metric', 'Kind', 'Meaning'], rows);
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
