import { SpanStatusCode } from '@opentelemetry/api';
import {
  Forest,
  type ForestOptions,
  type LeftOut,
  type Taken,
} from '../../connectors/process_trace/forest.ts';
import { Attr } from '../../src/model/attributes.ts';
import { Common } from '../../src/model/common.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Span } from '../../src/model/span.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import { microsOf } from '../../src/process/time.ts';
import { TraceOwner } from '../../src/process/trace_owner.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import { at, lifeRecord, own, type Told } from './process_records.ts';

/** A second and a minute of the tests' clock, in microseconds; windows of tests are ten minutes. */
export const SECOND = 1e6;
export const MINUTE = 60e6;
export const WINDOW = 10 * MINUTE;

/** How long a process is known after its exit, in microseconds. */
export const KEEP_EXITED = 2 * MINUTE;

/** A container of a test. */
export interface TestContainer {
  readonly id: string;
  /** Microseconds of the test's clock. */
  readonly created?: number;
  readonly started?: number;
}

/** The container of most tests. */
export const WEB: TestContainer = { id: 'web', created: 0, started: 500_000 };

/** What stands in front of a forest: a process table, and the traces of its host and containers. */
export class TestPipeline {
  readonly #hosts = new ProcessHosts({ maxProcesses: 10_000, keepExited: KEEP_EXITED }, 0, WINDOW);
  readonly #owners = new Map<string, TraceOwner>();

  /** The record as attribution hands it on: of a container, or of the host. */
  stamp(record: LogRecord, container?: TestContainer): LogRecord {
    const given = this.#hosts.take(record);
    const { blocks, trace } = given.common;
    if (container === undefined || !(trace instanceof TraceOwner)) return given;
    const owner = this.#owners.get(container.id) ?? ownerOf(container, trace);
    this.#owners.set(container.id, owner);
    const resource = internResource({ 'container.id': container.id, 'k8s.container.name': container.id });
    return given.in(new Common(resource, blocks, owner));
  }
}

/** One run of an agent: a pipeline, and the forest behind it. A second one over the same records is an agent that was started again. */
export class TestAgent {
  readonly spans: Span[] = [];
  readonly leftOut: LeftOut[] = [];
  forest: Forest;
  readonly #pipeline = new TestPipeline();
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

  stamp(record: LogRecord, container?: TestContainer): LogRecord {
    return this.#pipeline.stamp(record, container);
  }

  take(record: LogRecord, container?: TestContainer): Taken {
    return this.forest.take(this.stamp(record, container));
  }
}

/** An agent that watches since before its containers were created. */
export function watching(options: Partial<ForestOptions> = {}): TestAgent {
  const agent = new TestAgent(options);
  agent.take(rundown(4, -1e6, 'System', -MINUTE));
  return agent;
}

/** A process that starts, at its creation; times are microseconds of the test's clock. */
export function start(pid: number, time: number, name: string, parentPid?: number): LogRecord {
  return lifeRecord('process.start', pid, time, told({ name, created: time }, parentPid));
}

/** A process that is there already, in the session of a container. */
export function rundown(
  pid: number,
  time: number,
  name: string,
  created: number,
  parentPid?: number,
): LogRecord {
  return lifeRecord('process.rundown', pid, time, told({ name, created, session: 3 }, parentPid));
}

export function exit(pid: number, time: number): LogRecord {
  return lifeRecord('process.exit', pid, time);
}

function told(facts: Told, parentPid: number | undefined): Told {
  return parentPid === undefined ? facts : { ...facts, parentPid };
}

/** A detection as it comes back from another thread: with the ids of its span alone. */
export function fromThread(record: LogRecord, rule: string): LogRecord {
  const { traceId = '', spanId = '' } = record.spanContext ?? {};
  return detectionOf(record, rule).with({ spanContext: { traceId, spanId, traceFlags: 1 } });
}

function ownerOf({ id, created, started }: TestContainer, host: TraceOwner): TraceOwner {
  const micros = (time: number | undefined) => (time === undefined ? undefined : microsOf(at(time)));
  const life = { created: micros(created), started: micros(started) };
  return host.container(id, () => life);
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
    // Of a moment, nothing.
    `${duration[0] + Math.floor(duration[1] / 1000) / 1e6}s`,
    ...said(Attr.processExitCode, 'code '),
    ...said(Attr.processState),
    ...(attributes[Attr.spanContinued.name] === true ? ['continued'] : []),
    ...(status.code === SpanStatusCode.ERROR ? ['ERROR'] : []),
    ...(links.length > 0 ? [`${links.length} link`] : []),
  ].join(', ');
}
