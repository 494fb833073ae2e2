import { type Meter, type Observable, ValueType } from '@opentelemetry/api';
import type { AttributeKey } from '../model/attribute_set.ts';

/** A metric of Sigel's own: what it is called, and what the documents say of it. */
export interface MetricDefinition {
  readonly name: string;
  /** A counter only grows; a gauge is a level. Both are read when somebody collects. */
  readonly instrument: 'counter' | 'gauge';
  /** In UCUM, as OpenTelemetry has it: `By`, `s`, `{event}`. */
  readonly unit: string;
  /** What it tells apart beside the component. */
  readonly by?: AttributeKey<string>;
  readonly description: string;
}

/** The instrument of a metric. Instruments of one definition are one metric, whoever makes them. */
export function observable(meter: Meter, definition: MetricDefinition): Observable {
  const { name, instrument, unit, description } = definition;
  // Seconds and ratios have fractions, counts and bytes have not.
  const valueType = unit === 's' || unit === '1' ? ValueType.DOUBLE : ValueType.INT;
  const options = { unit, description, valueType };
  return instrument === 'counter'
    ? meter.createObservableCounter(name, options)
    : meter.createObservableGauge(name, options);
}
