import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { HrTime } from '@opentelemetry/api';
import fc from 'fast-check';
import { SILENT } from '../../telemetry/logger.ts';
import type { Change, Container, ContainerDetails, Fact, Origin } from '../facts.ts';
import type { ContainerSource, SourceState } from '../source.ts';
import { ContainerStore, type ContainerView } from '../store.ts';
import { JournalPlayer } from './player.ts';
import { JournalWriter } from './writer.ts';

// Whatever a store is told: what its journal tells at any time is what the store said at that time.

const folder = mkdtempSync(join(tmpdir(), 'sigel-journal-'));
after(() => rmSync(folder, { recursive: true }));

const START = 1_772_442_000;
const IDS = ['a', 'b', 'c'];
const timeAt = (step: number): HrTime => [START + step * 10, 123_456_789];

/** What a test tells, as a source. */
class Told implements ContainerSource {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly containers: ContainerStore;
  readonly state: SourceState = { kind: 'synced', endpoint: 'unix:///x', version: 'v2' };
  now = timeAt(0);

  constructor() {
    this.containers = new ContainerStore({
      maxContainers: 100,
      keepDeletedMs: Number.POSITIVE_INFINITY,
      now: () => this.now[0] * 1000,
      time: () => this.now,
      onChange: (change) => this.tell(change),
    });
  }
  time(): HrTime {
    return this.now;
  }
  askJobs(): void {}
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.integer({ min: START - 50, max: START + 400 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const labels = fc
  .array(fc.tuple(text, text), { maxLength: 3 })
  .map((pairs): ReadonlyMap<string, string> => new Map(pairs.filter(([name]) => name !== '__proto__')));
const details: fc.Arbitrary<ContainerDetails> = fc.record({
  kind: fc.constantFrom('container', 'sandbox'),
  isolation: fc.constantFrom('process', 'hostprocess', 'hyperv', 'unknown'),
  labels,
  image: optional(
    fc.record({
      name: text,
      tags: fc.array(text, { maxLength: 2 }),
      repoDigests: fc.array(text, { maxLength: 1 }),
    }),
  ),
  runtime: text,
  createdAt: optional(time),
  sandboxId: optional(fc.constantFrom(...IDS)),
  kubernetes: optional(
    fc.record({
      namespace: text,
      podName: text,
      podUid: text,
      containerName: optional(text),
      restartCount: optional(fc.nat()),
    }),
  ),
  podLabels: labels,
  complete: fc.boolean(),
});
const pid = fc.integer({ min: 0, max: 12 });
const execId = fc.constantFrom('x', 'y');
const about = {
  namespace: fc.constantFrom('k8s.io', 'moby'),
  id: fc.constantFrom(...IDS),
  at: optional(time),
};
const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('container'), ...about, details }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('task', 'start'), ...about, pid }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('exec'), ...about, execId, pid }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('exit'),
      ...about,
      execId: optional(execId),
      pid,
      exitCode: optional(fc.integer({ min: -1, max: 255 })),
    }),
  },
  fc.record({ kind: fc.constantFrom('oom', 'delete'), ...about }),
  fc.record({
    kind: fc.constant('job'),
    ...about,
    job: fc.record({
      siloId: optional(fc.uuid()),
      jobId: optional(fc.nat()),
      session: optional(fc.integer({ min: 1, max: 99 })),
      pids: fc.array(pid, { maxLength: 3 }),
    }),
  }),
);
const origin: fc.Arbitrary<Origin> = fc.constantFrom('event', 'list', 'initial');

test('what a journal tells at any time is what was told by then', () => {
  const path = join(folder, 'round.containers.ndjson');
  fc.assert(
    fc.property(fc.array(fc.tuple(fact, origin), { maxLength: 30 }), (story) => {
      const source = new Told();
      const writer = new JournalWriter(path, source, { host: 'node-1', boot: timeAt(-100) });
      const views = story.map(([said, how], step) => {
        source.now = timeAt(step);
        source.containers.apply(said, how);
        if (step === 3) source.tell({ kind: 'synced' });
        return viewOf(source.containers);
      });
      writer.close();
      assert.equal(writer.failure, undefined);
      const player = new JournalPlayer({ path, logger: SILENT });
      player.open();
      story.forEach((_, step) => {
        player.advance(timeAt(step));
        assert.deepEqual(viewOf(player.containers), views[step]);
      });
      assert.equal(player.host, 'node-1');
      assert.equal(player.skipped, 0);
      player.close();
    }),
    { numRuns: 150 },
  );
});

test('only its owner may read it', { skip: process.platform === 'win32' }, () => {
  const path = join(folder, 'mine.containers.ndjson');
  new JournalWriter(path, new Told()).close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

/** What a view says of everything. */
function viewOf(view: ContainerView): unknown {
  const plain = ({ namespace, id, details: known, init, execs, job, deletedAt }: Container) => ({
    key: `${namespace}/${id}`,
    known,
    init,
    execs: [...execs],
    job,
    deletedAt,
  });
  const claims = Array.from({ length: 13 }, (_, n) =>
    view
      .byPid(n)
      .map(({ container, execId, from, until }) => [container.namespace, container.id, execId, from, until]),
  );
  // As it is now, in plain objects.
  return structuredClone({ containers: Array.from(view.all(), plain), claims });
}
