import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** A finished span, as OpenTelemetry's exporters take it. */
export type Span = ReadableSpan;

/** The unit of the traces signal: never changed after it was handed on. */
export type SpanBatch = readonly Span[];
