import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAlive } from './entry.ts';
import type { Change, Fact } from './facts.ts';
import { incompleteDetails } from './read_container.ts';
import { type ListedTask, reconcile } from './reconcile.ts';
import { ContainerStore } from './store.ts';

// A small world of containers changes at random; some of its events are lost. After a list, the view is the world.

const IDS = ['a', 'b', 'c'];
const DETAILS = { ...incompleteDetails('web', 'io.containerd.runc.v2'), complete: true };

interface Step {
  readonly id: string;
  readonly what: 'create' | 'start' | 'exit' | 'delete' | 'list';
  readonly pid: number;
  /** Whether the event arrives, and how often. */
  readonly told: number;
}

const steps = fc.array(
  fc.record({
    id: fc.constantFrom(...IDS),
    what: fc.constantFrom('create', 'start', 'exit', 'delete', 'list'),
    pid: fc.integer({ min: 10, max: 14 }),
    told: fc.integer({ min: 0, max: 2 }),
  }) satisfies fc.Arbitrary<Step>,
  { maxLength: 60 },
);

/** The world, and the store that hears of it. */
class World {
  readonly containers = new Map<string, number | undefined>();
  readonly changes: Change[] = [];
  readonly store = new ContainerStore({
    maxContainers: 100,
    keepDeletedMs: 5,
    now: () => this.#time,
    onChange: (change) => this.changes.push(change),
  });
  #time = 1_000;

  take({ id, what, pid, told }: Step): void {
    this.#time++;
    this.store.expire();
    const fact = this.#step(id, what, pid);
    if (what === 'list') this.list();
    if (fact !== undefined) for (let i = 0; i < told; i++) this.store.apply(fact, 'event');
  }

  list(): void {
    const containers = new Map(Array.from(this.containers.keys(), (id) => [id, this.#details(id)]));
    const tasks = new Map(
      [...this.containers].flatMap(([id, pid]) =>
        pid === undefined
          ? []
          : [[id, { pid, state: 'running', exitCode: 0, exitedAt: undefined }] as [string, ListedTask]],
      ),
    );
    reconcile(
      this.store,
      { namespace: 'k8s.io', containers, tasks },
      { since: this.store.sequence, origin: 'list', isPending: () => false },
    );
  }

  readonly #createdAt = new Map<string, number>();
  #details(id: string) {
    return { ...DETAILS, createdAt: [this.#createdAt.get(id) ?? 0, 0] as [number, number] };
  }

  // What really happens, where it can: a pid has one owner, a task needs a container.
  #step(id: string, what: Step['what'], pid: number): Fact | undefined {
    const subject = { namespace: 'k8s.io', id, at: [this.#time, 0] as [number, number] };
    const isThere = this.containers.has(id);
    const running = this.containers.get(id);
    const isFree = ![...this.containers.values()].includes(pid);
    if (what === 'create' && !isThere) {
      this.containers.set(id, undefined);
      this.#createdAt.set(id, this.#time);
      return { ...subject, kind: 'container', details: this.#details(id) };
    }
    if (what === 'start' && isThere && running === undefined && isFree) {
      this.containers.set(id, pid);
      return { ...subject, kind: 'start', pid };
    }
    if (what === 'exit' && running !== undefined) {
      this.containers.set(id, undefined);
      return { ...subject, kind: 'exit', execId: undefined, pid: running, exitCode: 0 };
    }
    if (what === 'delete' && isThere && running === undefined) {
      this.containers.delete(id);
      return { ...subject, kind: 'delete' };
    }
    return undefined;
  }
}

test('whatever happens, and whatever of it is not told: after a list the view is as the world is', () => {
  fc.assert(
    fc.property(steps, (story) => {
      const world = new World();
      for (const step of story) world.take(step);
      world.list();
      const { store } = world;
      const living = [...store.all()].filter(({ deletedAt }) => deletedAt === undefined);
      assert.deepEqual(living.map(({ id }) => id).sort(), [...world.containers.keys()].sort());
      for (const [id, pid] of world.containers) {
        const init = store.get('k8s.io', id)?.init;
        assert.equal(isAlive(init) ? init.pid : undefined, pid);
        if (pid !== undefined) assert.equal(store.byPid(pid).at(-1)?.container.id, id);
      }
      const open = [10, 11, 12, 13, 14].flatMap((pid) =>
        store.byPid(pid).filter(({ until }) => until === undefined),
      );
      assert.equal(open.length, [...world.containers.values()].filter((pid) => pid !== undefined).length);
      const before = world.changes.length;
      world.list();
      assert.equal(world.changes.length, before, 'a second list says nothing new');
    }),
    { numRuns: 3000 },
  );
});
