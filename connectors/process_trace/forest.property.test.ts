import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Attr } from '../../src/model/attributes.ts';
import type { Span } from '../../src/model/span.ts';
import { eventRecord, lifeRecord, type Told } from '../../test/support/process_records.ts';
import { detectionOf, TestAgent, type TestContainer, WINDOW } from '../../test/support/process_traces.ts';

// Whatever starts, exits, is detected or lost, and however often the agent is started again: spans are a forest, each
// is handed on once, and who stands above whom is true. What really happened is kept beside the agent.

interface Real {
  readonly pid: number;
  readonly name: string;
  readonly sequence: number;
  readonly created: number;
  readonly parent: Real | undefined;
  readonly container: TestContainer | undefined;
}

const CONTAINERS: readonly TestContainer[] = [{ id: 'web', created: 50, started: 90 }, { id: 'api' }];
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
  #agent: TestAgent;
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
    for (const real of this.#running.values()) {
      this.#time++;
      this.#note(real);
      this.#agent.take(lifeRecord('process.rundown', real.pid, this.#time, toldOf(real)), real.container);
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
    if (lost && this.#world.startsLost) return;
    this.#note(real);
    this.#agent.take(lifeRecord('process.start', pid, this.#time, toldOf(real)), container);
  }

  #does(kind: 'exit' | 'event' | 'detection' | 'rundown', real: Real): void {
    const { pid, container } = real;
    if (kind === 'rundown') {
      this.#agent.take(lifeRecord('process.rundown', pid, this.#time, toldOf(real)), container);
      return;
    }
    if (kind === 'exit') {
      this.#running.delete(pid);
      this.#agent.take(lifeRecord('process.exit', pid, this.#time), container);
      return;
    }
    const event = this.#agent.stamp(eventRecord(pid, this.#time), container);
    this.#agent.forest.take(event);
    if (kind === 'detection') this.#agent.forest.take(detectionOf(event, 'rule'));
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
    if (span.name.startsWith('exec ')) checkEdge(run, span, parent);
  }
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
  const isKnown = trueParent !== undefined && run.seen.get(agent)?.has(trueParent) === true;
  assert.ok(!isKnown || trueParent.container !== real.container, `${span.name} is not below its parent`);
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
  ['only detections', { startsLost: true, onlyDetections: true, maxSpansPerTrace: 5000, maxPending: 10_000 }],
  ['little room', { startsLost: false, onlyDetections: true, maxSpansPerTrace: 3, maxPending: 2 }],
  ['little room for all', { startsLost: false, onlyDetections: false, maxSpansPerTrace: 3, maxPending: 2 }],
];
for (const [title, world] of worlds) {
  test(`spans are a forest, each told once, whatever happens: ${title}`, () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
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
