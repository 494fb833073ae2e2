import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Span } from '../../src/model/span.ts';
import { microsOf } from '../../src/process/time.ts';
import { at, eventRecord, lifeRecord, type Told } from '../../test/support/process_records.ts';
import {
  detectionOf,
  KEEP_EXITED,
  TestAgent,
  type TestContainer,
  TestPipeline,
  WINDOW,
} from '../../test/support/process_traces.ts';

// Whatever starts, exits, is detected or lost, and however often the agent is started again: spans are a forest, each
// is handed on once, and who stands above whom is true. What really happened is kept beside the agent.

interface Real {
  readonly pid: number;
  readonly name: string;
  readonly sequence: number;
  readonly created: number;
  readonly parent: Real | undefined;
  readonly container: TestContainer | undefined;
  exited?: number;
}

const CONTAINERS: readonly TestContainer[] = [{ id: 'web', created: 50, started: 90 }, { id: 'api' }];
/** How long records are of a process behind its exit, in microseconds. */
const TRAILING = 1e6;
const PIDS = [8, 12, 16, 20, 24] as const;
const action = fc.record({
  kind: fc.constantFrom(
    'start',
    'start',
    'exit',
    'event',
    'event',
    'detection',
    'rundown',
    'restart',
    'reload',
  ),
  pid: fc.constantFrom(...PIDS),
  parent: fc.constantFrom(...PIDS),
  /** One in three is of its parent's container, or of the host. */
  home: fc.constantFrom('parent', 'parent', 'host', 'web', 'api'),
  gap: fc.constantFrom(3, 700, 30_000, 5e6, 31e6, WINDOW / 2, WINDOW),
  lost: fc.boolean(),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly startsLost: boolean;
  /** Two pipelines feed the connector, each with all records. */
  readonly twice?: boolean;
  readonly onlyDetections: boolean;
  readonly maxSpansPerTrace: number;
  readonly maxPending: number;
}

class Run {
  readonly spans: Span[] = [];
  readonly reals = new Map<string, Real>();
  /** Told of to the agent that ran then: their starts, or what ran when it began. */
  readonly seen = new Map<TestAgent, Set<Real>>();
  readonly agentOf = new Map<Span, TestAgent>();
  readonly #world: World;
  readonly #running = new Map<number, Real>();
  readonly #exits = new Map<number, number>();
  #agent: TestAgent;
  #other = new TestPipeline();
  #time = 0;
  #sequence = 1;

  constructor(world: World) {
    this.#world = world;
    this.#agent = this.#newAgent();
  }

  do(act: Action): void {
    this.#time += act.gap;
    const real = this.#running.get(act.pid);
    if (act.kind === 'restart') this.#restart();
    else if (act.kind === 'reload') this.#agent.replant();
    else if (act.kind === 'start' && real === undefined) this.#start(act);
    else if (real !== undefined && act.kind !== 'start') this.#does(act.kind, real);
  }

  end(): void {
    this.#agent.forest.end();
    this.spans.push(...this.#agent.spans);
    for (const span of this.#agent.spans) this.agentOf.set(span, this.#agent);
  }

  #newAgent(): TestAgent {
    const agent = new TestAgent(this.#world);
    this.seen.set(agent, new Set());
    return agent;
  }

  #restart(): void {
    this.end();
    this.#agent = this.#newAgent();
    this.#other = new TestPipeline();
    for (const real of this.#running.values()) {
      this.#time++;
      this.#note(real);
      this.#tell(lifeRecord('process.rundown', real.pid, this.#time, toldOf(real)), real.container);
    }
  }

  #start({ pid, parent: parentPid, home, lost }: Action): void {
    const parent = this.#running.get(parentPid);
    const container = home === 'parent' ? parent?.container : CONTAINERS.find(({ id }) => id === home);
    const sequence = this.#sequence++;
    const real = { pid, name: `p${sequence}.exe`, sequence, created: this.#time, parent, container };
    this.#running.set(pid, real);
    this.reals.set(real.name, real);
    this.#time++;
    // Right behind the exit of who had the pid, what it does cannot be told from what trails behind.
    if (lost && this.#world.startsLost && this.#time > (this.#exits.get(pid) ?? 0) + TRAILING) return;
    this.#note(real);
    this.#tell(lifeRecord('process.start', pid, this.#time, toldOf(real)), container);
  }

  #does(kind: 'exit' | 'event' | 'detection' | 'rundown', real: Real): void {
    const { pid, container } = real;
    if (kind === 'rundown') {
      this.#tell(lifeRecord('process.rundown', pid, this.#time, toldOf(real)), container);
      return;
    }
    if (kind === 'exit') {
      this.#running.delete(pid);
      real.exited = this.#time;
      this.#exits.set(pid, this.#time);
      this.#tell(lifeRecord('process.exit', pid, this.#time), container);
      return;
    }
    for (const event of this.#tell(eventRecord(pid, this.#time), container))
      if (kind === 'detection') this.#agent.forest.take(detectionOf(event, 'rule'));
  }

  /** Tells the agent of a record; returns what its pipelines made of it. */
  #tell(record: LogRecord, container: TestContainer | undefined): readonly LogRecord[] {
    const stamped = [this.#agent.stamp(record, container)];
    if (this.#world.twice === true) stamped.push(this.#other.stamp(record, container));
    for (const one of stamped) this.#agent.forest.take(one);
    return stamped;
  }

  #note(real: Real): void {
    this.seen.get(this.#agent)?.add(real);
  }
}

function toldOf({ name, sequence, created, parent }: Real): Told {
  const known = { name, sequence, created };
  return parent === undefined ? known : { ...known, parentPid: parent.pid, parentSequence: parent.sequence };
}

const idOf = (span: Span): string => `${span.spanContext().traceId} ${span.spanContext().spanId}`;

function check(run: Run): void {
  const byId = new Map(run.spans.map((span) => [idOf(span), span]));
  assert.equal(byId.size, run.spans.length, 'a span was handed on twice');
  for (const span of run.spans) {
    const parent = parentOf(span, byId);
    let above = parent;
    for (let steps = 0; above !== undefined; steps++, above = parentOf(above, byId))
      assert.ok(steps <= run.spans.length, 'spans stand in a circle');
    if (!span.name.startsWith('exec ')) continue;
    checkEdge(run, span, parent);
    checkState(run, span);
  }
}

/** What is said to run did so when its span ends. */
function checkState(run: Run, span: Span): void {
  const real = realOf(run, span);
  if (real?.exited === undefined || span.attributes[Attr.processState.name] !== 'running') return;
  assert.ok(microsOf(at(real.exited)) >= microsOf(span.endTime), `${span.name} does not run`);
}

function parentOf(span: Span, byId: ReadonlyMap<string, Span>): Span | undefined {
  const { parentSpanContext: parent } = span;
  if (parent === undefined) return undefined;
  const found = byId.get(`${parent.traceId} ${parent.spanId}`);
  assert.ok(found !== undefined, `the parent of ${span.name} is missing`);
  return found;
}

/** A process stands below its true parent where that is in its tree and known, else below the root. */
function checkEdge(run: Run, span: Span, parent: Span | undefined): void {
  const real = realOf(run, span);
  const agent = run.agentOf.get(span);
  if (real === undefined || agent === undefined) return;
  assert.ok(parent !== undefined, `${span.name} has nothing above it`);
  const isRoot = !parent.name.startsWith('exec ');
  const trueParent = real.parent;
  if (!isRoot) {
    const shown = realOf(run, parent);
    if (shown !== undefined) assert.equal(shown.name, trueParent?.name);
    assert.equal(parent.attributes[Attr.processPid.name], trueParent?.pid);
    return;
  }
  const time = microsOf(span.startTime);
  const isKnown = (one: Real) => run.seen.get(agent)?.has(one) === true && !isForgotten(one, time);
  const both = trueParent !== undefined && isKnown(real) && isKnown(trueParent);
  assert.ok(!both || trueParent.container !== real.container, `${span.name} is not below its parent`);
}

/** Whether the table of processes has let go of one that exited. */
function isForgotten({ exited }: Real, time: number): boolean {
  return exited !== undefined && microsOf(at(exited)) + KEEP_EXITED < time;
}

function realOf({ reals }: Run, { name }: Span): Real | undefined {
  return reals.get(name.slice('exec '.length));
}

const worlds: readonly [title: string, world: World][] = [
  ['all is told', { startsLost: false, onlyDetections: false, maxSpansPerTrace: 5000, maxPending: 10_000 }],
  [
    'starts are lost',
    { startsLost: true, onlyDetections: false, maxSpansPerTrace: 5000, maxPending: 10_000 },
  ],
  [
    'two pipelines',
    { startsLost: true, twice: true, onlyDetections: false, maxSpansPerTrace: 5000, maxPending: 10_000 },
  ],
  ['only detections', { startsLost: true, onlyDetections: true, maxSpansPerTrace: 5000, maxPending: 10_000 }],
  ['little room', { startsLost: false, onlyDetections: true, maxSpansPerTrace: 3, maxPending: 2 }],
  ['little room for all', { startsLost: false, onlyDetections: false, maxSpansPerTrace: 3, maxPending: 2 }],
];
for (const [title, world] of worlds) {
  test(`spans are a forest, each told once, whatever happens: ${title}`, () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (actions) => {
        const run = new Run(world);
        for (const act of actions) run.do(act);
        run.end();
        check(run);
      }),
      { numRuns: 150 },
    );
  });
}

test('the property sees spans', () => {
  const run = new Run(worlds[0]?.[1] ?? assert.fail());
  const act = (kind: Action['kind'], pid: 8 | 12): Action => {
    return { kind, pid, parent: 8, home: 'web', gap: 700, lost: false };
  };
  for (const one of [act('start', 8), act('start', 12), act('detection', 12)]) run.do(one);
  run.end();
  check(run);
  assert.equal(run.spans.length, 4);
});
