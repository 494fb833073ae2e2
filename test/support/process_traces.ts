import { SpanStatusCode } from '@opentelemetry/api';
import {
  Forest,
  type ForestOptions,
  type LeftOut,
  type Taken,
} from '../../connectors/process_trace/forest.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Span } from '../../src/model/span.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import { microsOf } from '../../src/process/time.ts';
import { contextOf, ProcessContext } from '../../src/process/trace_context.ts';
import { TraceOwner } from '../../src/process/trace_owner.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import { at, own } from './process_records.ts';

/** A minute of the tests' clock, in microseconds; windows of tests are ten. */
export const MINUTE = 60e6;
export const WINDOW = 10 * MINUTE;

/** A container of a test. */
export interface TestContainer {
  readonly id: string;
  /** Microseconds of the test's clock. */
  readonly created?: number;
  readonly started?: number;
}

/**
 * One run of an agent: a process table, the traces of its host and containers, and the forest behind them. A second one
 * over the same records is an agent that was started again.
 */
export class TestAgent {
  readonly spans: Span[] = [];
  readonly leftOut: LeftOut[] = [];
  forest: Forest;
  readonly #hosts = new ProcessHosts({ maxProcesses: 10_000, keepExited: 120e6 }, 0, WINDOW);
  readonly #owners = new Map<string, TraceOwner>();
  readonly #options: ForestOptions;

  constructor(options: Partial<ForestOptions> = {}) {
    const defaults: ForestOptions = {
      name: 'process_trace',
      maxOpen: 30e6,
      maxSpansPerTrace: 5_000,
      maxPending: 10_000,
      onlyDetections: false,
      decisionWait: 60e6,
      events: new Set(),
    };
    this.#options = { ...defaults, ...options };
    this.forest = this.#plant();
  }

  /** The connector is made anew, as after a change of its configuration; processes and traces stay known. */
  replant(): void {
    this.forest.end();
    this.forest = this.#plant();
  }

  #plant(): Forest {
    return new Forest(this.#options, {
      tell: (span) => this.spans.push(span),
      leaveOut: (why) => this.leftOut.push(why),
    });
  }

  /** The record as attribution hands it on: of a container, or of the host. */
  stamp(record: LogRecord, container?: TestContainer): LogRecord {
    const given = this.#hosts.take(record);
    const { spanContext: context } = given;
    if (container === undefined || !(context instanceof ProcessContext)) return given;
    const { host, length } = context.window.owner;
    const owner = this.#owners.get(container.id) ?? ownerOf(container, host, length);
    this.#owners.set(container.id, owner);
    const time = microsOf(record.hrTime);
    return given.with({
      resource: internResource({ 'container.id': container.id, 'k8s.container.name': container.id }),
      spanContext: contextOf(context.process, owner.windowAt(time), time),
    });
  }

  take(record: LogRecord, container?: TestContainer): Taken {
    return this.forest.take(this.stamp(record, container));
  }
}

function ownerOf({ id, created, started }: TestContainer, host: string, length: number): TraceOwner {
  const micros = (time: number | undefined) => (time === undefined ? undefined : microsOf(at(time)));
  const life = { created: micros(created), started: micros(started) };
  return new TraceOwner('container', id, host, length, () => life);
}

/** A detection at a record that was stamped. */
export function detectionOf(record: LogRecord, rule: string): LogRecord {
  return record.with({
    eventName: DETECTION,
    body: rule,
    own: own([
      [Attr.processPid, record.get(Attr.processPid)],
      [Attr.securityRuleName, rule],
      [Attr.logRecordUid, `${rule} ${record.hrTime.join('.')}`],
    ]),
  });
}

/** Spans as an indented tree for each trace, in order of time: names, and what is said of them. */
export function treesOf(spans: readonly Span[]): string[] {
  const lines: string[] = [];
  const byTrace = Map.groupBy(spans, (span) => span.spanContext().traceId);
  for (const trace of byTrace.values()) {
    const ids = new Set(trace.map((span) => span.spanContext().spanId));
    const show = (of: (span: Span) => boolean, depth: number): void => {
      for (const span of trace.filter(of)) {
        lines.push(`${'  '.repeat(depth)}${lineOf(span)}`);
        const { spanId } = span.spanContext();
        show(({ parentSpanContext }) => parentSpanContext?.spanId === spanId, depth + 1);
      }
    };
    trace.sort((a, b) => microsOf(a.startTime) - microsOf(b.startTime));
    show(({ parentSpanContext: parent }) => parent === undefined, 0);
    const orphans = trace.filter(
      ({ parentSpanContext: parent }) => parent !== undefined && !ids.has(parent.spanId),
    );
    for (const { name } of orphans) lines.push(`ORPHAN ${name}`);
  }
  return lines;
}

function lineOf({ name, attributes, status, duration, links }: Span): string {
  const said = (key: { readonly name: string }, prefix = '') => {
    const value = attributes[key.name];
    return typeof value === 'string' || typeof value === 'number' ? [`${prefix}${value}`] : [];
  };
  return [
    name,
    `${duration[0] + duration[1] / 1e9}s`,
    ...said(Attr.processExitCode, 'code '),
    ...said(Attr.processState),
    ...(attributes[Attr.spanContinued.name] === true ? ['continued'] : []),
    ...(status.code === SpanStatusCode.ERROR ? ['ERROR'] : []),
    ...(links.length > 0 ? [`${links.length} link`] : []),
  ].join(', ');
}
