import { type Attributes, type HrTime, type Link, SpanStatusCode } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { AttributeKey } from '../../src/model/attribute_set.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { finishedSpan, type Span } from '../../src/model/span.ts';
import type { Value } from '../../src/model/value.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { microsOf } from '../../src/process/time.ts';
import type { TraceWindow } from '../../src/process/trace_owner.ts';
import { later } from './hr_time.ts';
import type { Draft, TraceSpan } from './trace_span.ts';

const SCOPE = scopeFor('process_trace');
const SAMPLED = 1;

/** How a process came to its end; undefined for one that runs on. */
export interface Ending {
  readonly code: number | undefined;
  readonly time: string | undefined;
}

/** The span of a process: `exec cmd.exe`. */
export function processSpan(span: TraceSpan, draft: Draft, end: HrTime, ending: Ending | undefined): Span {
  const { continued, links, resource } = draft;
  const { process } = draft.context;
  const attributes = attributesOf([
    ...identity(process),
    [Attr.processExitCode, ending?.code],
    [Attr.processExitTime, ending?.time],
    [Attr.processState, ending === undefined ? 'running' : undefined],
    [Attr.spanContinued, continued ? true : undefined],
  ]);
  return finishedSpan({
    name: `exec ${process.facts.name ?? 'unknown'}`,
    context: contextIn(span.trace.window, span.id),
    parentId: span.parent?.id,
    startTime: draft.start,
    endTime: endOf(draft.start, end),
    attributes,
    links,
    resource,
    instrumentationScope: SCOPE,
  });
}

/** The root of a trace: the start of a container, else a moment of that of which it tells more. */
export function rootSpan(
  window: TraceWindow,
  id: string,
  resource: Resource,
  root: { readonly start: HrTime; readonly end: HrTime; readonly link: Link | undefined },
): Span {
  const { kind } = window.owner;
  const continued = root.link !== undefined;
  const name = kind === 'host' ? 'host' : `container ${containerName(resource)}`;
  return finishedSpan({
    name: continued ? `${name} (continued)` : name,
    context: contextIn(window, id),
    startTime: root.start,
    endTime: endOf(root.start, root.end),
    attributes: attributesOf([[Attr.spanContinued, continued ? true : undefined]]),
    links: root.link === undefined ? [] : [root.link],
    resource,
    instrumentationScope: SCOPE,
  });
}

/** A record as a span without an end: an event, or a detection, which is red. */
export function recordSpan(
  record: LogRecord,
  ids: { readonly window: TraceWindow; readonly id: string; readonly parentId: string },
  detected: string | undefined,
): Span {
  return finishedSpan({
    name: detected === undefined ? record.eventName : `detection: ${detected}`,
    context: contextIn(ids.window, ids.id),
    parentId: ids.parentId,
    startTime: record.hrTime,
    endTime: endOf(record.hrTime, record.hrTime),
    attributes: withText(record),
    ...(detected !== undefined && { status: { code: SpanStatusCode.ERROR, message: detected } }),
    resource: record.resource,
    instrumentationScope: SCOPE,
  });
}

/** A moment takes a nanosecond: Jaeger has what ends as it begins, or before, for an error of the clock, and says so. */
function endOf(start: HrTime, end: HrTime): HrTime {
  return microsOf(end) > microsOf(start) ? end : later(start, 0.001);
}

/** A link to a span, by its ids. */
export function linkTo(window: TraceWindow, id: string): Link {
  return { context: contextIn(window, id) };
}

function contextIn({ traceId }: TraceWindow, spanId: string) {
  return { traceId, spanId, traceFlags: SAMPLED };
}

function identity(process: KnownProcess): [AttributeKey, Value | undefined][] {
  const { facts } = process;
  return [
    [Attr.processPid, process.pid],
    [Attr.processParentPid, facts.parentPid],
    [Attr.processExecutableName, facts.name],
    [Attr.processExecutablePath, facts.path],
    [Attr.processCommandLine, facts.commandLine],
    [Attr.processEntityId, process.id?.text],
    [Attr.processCreationTime, facts.created],
    [Attr.userId, facts.userId],
    [Attr.userName, facts.userName],
    [Attr.userDomain, facts.userDomain],
    [Attr.windowsSessionId, facts.session],
    [Attr.windowsIntegrityLevel, facts.integrity],
  ];
}

function attributesOf(pairs: readonly (readonly [AttributeKey, Value | undefined])[]): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of pairs) if (value !== undefined) attributes[key.name] = value;
  return attributes;
}

/** Characters of a record's text that its span quotes: the record itself has all of it. */
const MAX_TEXT = 1024;

function withText({ attributes, body }: LogRecord): Attributes {
  if (typeof body !== 'string' || body === '') return attributes;
  return { ...attributes, [Attr.spanText.name]: body.slice(0, MAX_TEXT) };
}

function containerName({ attributes }: Resource): string {
  const name =
    attributes[ResourceAttr.k8sContainerName.name] ?? attributes[ResourceAttr.containerImageName.name];
  // What else there is names one container: no name for spans that are to be found by it.
  return typeof name === 'string' ? name : 'unknown';
}
