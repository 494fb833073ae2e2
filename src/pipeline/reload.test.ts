import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type Script, World } from '../../test/support/pipeline_components.ts';
import type { LogBatch } from '../model/log_record.ts';
import { ACCEPTED, refusedForGood, retryLater } from '../model/outcome.ts';
import { type RunResult, Service } from './service.ts';

/** Parts of a configuration; each test changes some. */
interface Parts {
  readonly source?: string;
  readonly processors?: string;
  readonly chain?: string;
  readonly sink?: string;
  readonly helper?: string;
  readonly more?: string;
}

function yamlOf(parts: Parts): string {
  const { source = 'counting: true', processors = 'mark: ', chain = 'mark', sink = '', helper = '' } = parts;
  return `
receivers: { source: { ${source} } }
processors: { ${processors} }
exporters: { sink: { ${sink} } }
extensions: { helper: { ${helper} } }
service:
  extensions: [helper]
  ${parts.more ?? ''}
  pipelines: { logs: { receivers: [source], processors: [${chain}], exporters: [sink] } }
`;
}

/** A service that runs, and what it is to read next. */
class Case {
  readonly world: World;
  readonly service: Service;
  readonly ended: Promise<RunResult>;
  next = '';

  private constructor(world: World, service: Service) {
    this.world = world;
    this.service = service;
    this.ended = service.run();
  }

  static async start(t: TestContext, parts: Parts, scripts: Readonly<Record<string, Script>> = {}) {
    const world = new World(scripts);
    const options = await world.options(yamlOf(parts));
    let made: Case | undefined;
    const service = new Service({ ...options, load: () => world.load(made?.next ?? '') });
    made = new Case(world, service);
    t.after(() => service.drain());
    await world.until('start source');
    world.journal.length = 0;
    return made;
  }

  async reload(parts: Parts) {
    this.next = yamlOf(parts);
    return this.service.reload();
  }

  /** What started and shut down, in order. */
  get changes(): string[] {
    return this.world.journal.filter((entry) => !entry.includes(' takes '));
  }
}

/** A sink that needs some turns of the loop for each batch, and keeps the numbers of the bodies. */
function counter(turns: number): { readonly taken: number[]; readonly script: Script } {
  const taken: number[] = [];
  const consume = async (batch: LogBatch) => {
    for (let i = 0; i < turns; i++) await new Promise(setImmediate);
    for (const { body } of batch) taken.push(Number.parseInt(String(body), 10));
    return ACCEPTED;
  };
  return { taken, script: { consume } };
}

/** Waits until so many were taken. */
async function reaches(taken: readonly number[], count: number): Promise<void> {
  for (let turns = 0; taken.length < count; turns++) {
    if (turns > 100_000) assert.fail(`only ${taken.length} of ${count} were taken`);
    await new Promise(setImmediate);
  }
}

const changed: readonly [title: string, from: Parts, to: Parts, changes: readonly string[]][] = [
  ['an exporter', {}, { sink: 'tag: b' }, ['shutdown sink', 'start sink']],
  ['a processor', {}, { processors: 'mark: { tag: b }' }, ['shutdown mark (logs)', 'start mark (logs)']],
  [
    'a processor more',
    {},
    { processors: 'mark: , mark/b: ', chain: 'mark, mark/b' },
    ['start mark/b (logs)'],
  ],
  [
    'a processor less',
    { processors: 'mark: , mark/b: ', chain: 'mark, mark/b' },
    {},
    ['shutdown mark/b (logs)'],
  ],
  ['a receiver', {}, { source: 'counting: true, endless: true' }, ['shutdown source', 'start source']],
  ['an extension that nobody asks for', {}, { helper: 'tag: b' }, ['shutdown helper', 'start helper']],
];

for (const [title, from, to, changes] of changed) {
  test(`only what changed is replaced, and records are delivered once, in order: ${title}`, async (t) => {
    const { taken, script } = counter(2);
    const run = await Case.start(t, from, { sink: script });
    const { outcome } = await run.reload(to);
    assert.equal(outcome, 'changed');
    assert.deepEqual(run.changes, changes);
    const reached = taken.length;
    await reaches(taken, reached + 30);
    run.service.drain();
    assert.equal(await run.ended, 'stopped');
    assert.deepEqual(
      taken,
      Array.from({ length: run.world.counted }, (_, i) => i + 1),
    );
    assert.deepEqual(run.world.ledger.imbalances(), []);
  });
}

test('under load, many changes lose nothing, repeat nothing and keep the order', async (t) => {
  const { taken, script } = counter(1);
  const run = await Case.start(t, {}, { sink: script });
  for (let i = 0; i < 12; i++) {
    const size = `{ send_batch_size: ${10 + i}, timeout: 1ms }`;
    const processors = `mark: { tag: "${i % 4}" }, batch: ${size}`;
    const chain = i % 5 === 4 ? 'batch' : 'mark, batch';
    const { outcome } = await run.reload({ processors, chain, sink: `tag: "${i % 2}"` });
    assert.equal(outcome, 'changed');
    const reached = taken.length;
    await reaches(taken, reached + 20);
  }
  run.service.drain();
  assert.equal(await run.ended, 'stopped');
  assert.deepEqual(
    taken,
    Array.from({ length: run.world.counted }, (_, i) => i + 1),
  );
  assert.deepEqual(run.world.ledger.imbalances(), []);
  assert.equal(run.changes.filter((entry) => entry.includes('source')).join(), 'shutdown source');
});

test('what an exporter gives back at its end goes to its successor', async (t) => {
  const taken: number[] = [];
  const ended = Promise.withResolvers<void>();
  let ends = 0;
  const shutdown = async (deadline: AbortSignal) => {
    if (ends++ > 0) return;
    if (!deadline.aborted) await once(deadline, 'abort');
    ended.resolve();
  };
  const consume = async (batch: LogBatch) => {
    if (ends === 0) {
      await ended.promise;
      return retryLater('cut short');
    }
    for (const { body } of batch) taken.push(Number.parseInt(String(body), 10));
    return ACCEPTED;
  };
  const run = await Case.start(t, {}, { sink: { consume, shutdown } });
  assert.equal((await run.reload({ sink: 'tag: b', more: 'drain_timeout: 10ms' })).outcome, 'changed');
  await reaches(taken, 20);
  run.service.drain();
  assert.equal(await run.ended, 'stopped');
  assert.deepEqual(
    taken.toSorted((a, b) => a - b),
    Array.from({ length: run.world.counted }, (_, i) => i + 1),
  );
});

test('who has asked for an extension is replaced with it', async (t) => {
  const reached: unknown[] = [];
  const run = await Case.start(
    t,
    {},
    { sink: { start: async (host) => void reached.push(host.extension('helper')) } },
  );
  await run.reload({ helper: 'tag: b' });
  assert.deepEqual(run.changes, ['shutdown sink', 'shutdown helper', 'start helper', 'start sink']);
  assert.equal(new Set(reached).size, 2);
});

test('a configuration that is wrong is refused with all its errors, and the one before runs on', async (t) => {
  const run = await Case.start(t, {});
  const before = run.service.view.configuration();
  const refused = await run.reload({ sink: 'tagg: b', chain: 'mark, batch' });
  assert.equal(refused.outcome, 'refused');
  assert.deepEqual(refused.lines, [
    'test:4:22: exporters::sink has no key "tagg" (did you mean "tag"?)',
    'test:9:64: service::pipelines::logs::processors: "batch" is not configured under processors (configured: mark)',
  ]);
  assert.deepEqual(run.changes, []);
  const now = run.service.view.configuration();
  assert.deepEqual([now.hash, now.lastReload], [before.hash, refused]);
  assert.ok(run.world.said.includes(`error: ${refused.lines[0]}`));
});

for (const [title, source] of [
  ['the same configuration', 'counting: true, endless: true'],
  ['another order of keys', 'endless: true, counting: true'],
] as const) {
  test(`${title} changes nothing, and is told as that`, async (t) => {
    const run = await Case.start(t, { source: 'counting: true, endless: true' });
    assert.equal((await run.reload({ source })).outcome, 'unchanged');
    assert.deepEqual(run.changes, []);
  });
}

test('looking for changes tells and tries nothing twice', async (t) => {
  const run = await Case.start(t, {});
  run.next = yamlOf({ sink: 'tagg: b' });
  const look = () => run.service.reload({ onlyChanged: true });
  assert.equal((await look()).outcome, 'refused');
  assert.equal((await look()).outcome, 'unchanged');
  assert.deepEqual(run.service.view.configuration().reloads, { changed: 0, unchanged: 0, refused: 1 });
});

test('where a component cannot start, the configuration before is taken again', async (t) => {
  const { taken, script } = counter(1);
  let starts = 0;
  const start = async () => {
    if (++starts === 2) throw new Error('no such host');
  };
  const run = await Case.start(t, {}, { sink: { ...script, start } });
  const { hash } = run.service.view.configuration();
  const refused = await run.reload({ sink: 'tag: b', processors: 'mark: { tag: b }' });
  assert.deepEqual(refused.lines, ['exporter sink cannot start: no such host']);
  assert.equal(run.service.view.configuration().hash, hash);
  const reached = taken.length;
  await reaches(taken, reached + 30);
  run.service.drain();
  assert.equal(await run.ended, 'stopped');
  assert.deepEqual(
    taken,
    Array.from({ length: run.world.counted }, (_, i) => i + 1),
  );
  assert.equal(run.changes.filter((entry) => entry.includes('source')).join(), 'shutdown source');
});

test('where that cannot start either, the service has failed', async (t) => {
  let starts = 0;
  const start = async () => {
    if (++starts > 1) throw new Error('no such host');
  };
  const run = await Case.start(t, {}, { sink: { start } });
  await run.reload({ sink: 'tag: b' });
  assert.equal(await run.ended, 'failed');
});

test('what is told of the agent itself changes with the next start', async (t) => {
  const run = await Case.start(t, {});
  const { outcome, lines } = await run.reload({ more: 'telemetry: { logs: { level: debug } }' });
  assert.equal(outcome, 'changed');
  assert.deepEqual(lines, [
    'service::telemetry is read at the start: what changed of it takes effect with the next one',
  ]);
});

test('a stop that is asked for during a change comes behind it', async (t) => {
  let stop = () => {};
  let starts = 0;
  const start = async () => {
    if (++starts === 2) stop();
  };
  const run = await Case.start(t, {}, { sink: { start } });
  stop = () => run.service.drain();
  assert.equal((await run.reload({ sink: 'tag: b' })).outcome, 'changed');
  assert.equal(await run.ended, 'stopped');
  assert.deepEqual(run.world.ledger.imbalances(), []);
});

test('a replaced component that failed for good ends nothing any more', async (t) => {
  const fatal: ((error: Error) => void)[] = [];
  const start: Script['start'] = async (host) => void fatal.push((error) => host.fatal(error));
  const run = await Case.start(t, {}, { sink: { start } });
  await run.reload({ sink: 'tag: b' });
  fatal[0]?.(new Error('too late'));
  run.service.drain();
  assert.equal(await run.ended, 'stopped');
});

test('an exporter that refuses for good while it is replaced does not stop the change', async (t) => {
  const run = await Case.start(t, {}, { sink: { consume: async () => refusedForGood('no') } });
  assert.equal((await run.reload({ sink: 'tag: b' })).outcome, 'changed');
  run.service.drain();
  assert.equal(await run.ended, 'stopped');
  assert.deepEqual(run.world.ledger.imbalances(), []);
});
