import type { Attributes, HrTime, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { hrTimeDuration, type InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** A finished span, as OpenTelemetry's exporters take it. */
export type Span = ReadableSpan;

/** The unit of the traces signal: never changed after it was handed on. */
export type SpanBatch = readonly Span[];

/** What a span of ours is made of. */
export interface SpanInit {
  readonly name: string;
  readonly context: SpanContext;
  /** Absent for the root of a trace. */
  readonly parentId?: string | undefined;
  /** [unix seconds, nanoseconds]. */
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly links?: readonly Link[];
  readonly status?: SpanStatus;
  /** Interned: exporters group by the identity of resource and scope. */
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** A finished span of kind INTERNAL that happened on this host; whoever made its parent did so here, too. */
export function finishedSpan(init: SpanInit): Span {
  const { context, parentId, startTime, endTime, links = [], status = UNSET } = init;
  const { traceId, traceFlags } = context;
  return {
    name: init.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentId !== undefined && { parentSpanContext: { traceId, spanId: parentId, traceFlags } }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    status,
    attributes: init.attributes,
    links: [...links],
    events: [],
    resource: init.resource,
    instrumentationScope: init.instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

/** The same span with another resource. */
export function withResource(span: Span, resource: Resource): Span {
  const { parentSpanContext } = span;
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(parentSpanContext !== undefined && { parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
