import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { type Script, World } from '../../test/support/pipeline_components.ts';
import { ACCEPTED, refusedForGood, retryLater } from '../model/outcome.ts';
import { runService } from './service.ts';

const ONE = `
receivers: { source: { batches: [ab, c] } }
processors: { mark: }
exporters: { sink: }
extensions: { helper: }
service:
  extensions: [helper]
  pipelines: { logs: { receivers: [source], processors: [mark], exporters: [sink] } }
`;

test('extensions start first, then from the exporters to the receivers; shutdown goes the other way', async () => {
  const world = new World();
  assert.equal(await runService(await world.options(ONE)), 'finished');
  assert.deepEqual(world.journal, [
    'start helper',
    'start sink',
    'start mark (logs)',
    'start source',
    'sink takes a.mark,b.mark',
    'sink takes c.mark',
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
  assert.deepEqual(world.ledger.imbalances(), []);
  assert.deepEqual(world.said, []);
});

test('pipelines share receivers and exporters, not processors; a connector starts behind what it feeds', async () => {
  const world = new World();
  const options = await world.options(`
receivers: { source: { batches: [a] }, source/two: { batches: [b] } }
processors: { mark: , mark/end: }
exporters: { sink: , sink/all: }
connectors: { forward: }
service:
  pipelines:
    logs: { receivers: [source], processors: [mark], exporters: [forward, sink/all] }
    logs/two: { receivers: [source, source/two], processors: [mark], exporters: [sink/all] }
    logs/end: { receivers: [forward], processors: [mark/end], exporters: [sink] }
`);
  assert.equal(await runService(options), 'finished');
  const starts = world.journal.filter((entry) => entry.startsWith('start '));
  assert.deepEqual(starts, [
    'start sink',
    'start sink/all',
    'start mark/end (logs/end)',
    'start mark (logs)',
    'start mark (logs/two)',
    'start source',
    'start source/two',
  ]);
  const takes = world.journal.filter((entry) => entry.includes(' takes ')).sort();
  assert.deepEqual(takes, [
    'sink takes a.mark.mark/end',
    'sink/all takes a.mark',
    'sink/all takes a.mark',
    'sink/all takes b.mark',
  ]);
  assert.deepEqual(world.ledger.imbalances(), []);
});

test('a service whose sources never end runs until it is asked to stop', async () => {
  const stop = new AbortController();
  const world = new World({ sink: { shutdown: async () => assert.equal(stop.signal.aborted, true) } });
  const options = await world.options(ONE.replace('[ab, c]', '[a], endless: true'), stop.signal);
  const result = runService(options);
  await world.until('sink takes a.mark');
  stop.abort();
  assert.equal(await result, 'stopped');
  assert.deepEqual(world.journal.slice(-4), [
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
});

test('asked to stop before it starts, it starts nothing and shuts everything down', async () => {
  const world = new World();
  assert.equal(await runService(await world.options(ONE, AbortSignal.abort())), 'stopped');
  assert.deepEqual(world.journal, [
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
});

test('asked to stop while a component starts, it waits for it as long as for draining, and starts no other', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const stop = new AbortController();
  const world = new World({ mark: { start: () => new Promise(() => stop.abort()) } });
  const result = runService(await world.options(ONE, stop.signal));
  await world.until('start mark (logs)');
  // The wait begins in a later turn than the request.
  await new Promise(setImmediate);
  mock.timers.tick(20_000);
  assert.equal(await result, 'stopped');
  mock.timers.reset();
  assert.deepEqual(world.journal.slice(2), [
    'start mark (logs)',
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
});

test('what components are like is seen from the first start to the last end', async () => {
  const kinds = () =>
    [...world.ledger.accounts()].map(({ id, status }) => `${id.replace(/ .*/, '')} ${status.now().kind}`);
  const seen: string[][] = [];
  const look = async () => void seen.push(kinds());
  const world = new World({
    helper: { start: look, shutdown: look },
    sink: { consume: async () => (await look(), ACCEPTED) },
  });
  assert.equal(await runService(await world.options(ONE.replace('[ab, c]', '[ab]'))), 'finished');
  const [starting, running, ending] = seen.map((one) => one.toSorted());
  assert.deepEqual(starting, [
    'exporter starting',
    'extension starting',
    'processor starting',
    'receiver starting',
  ]);
  // This source emits at once.
  assert.deepEqual(running, ['exporter ok', 'extension ok', 'processor ok', 'receiver starting']);
  assert.deepEqual(ending, [
    'exporter stopped',
    'extension stopping',
    'processor stopped',
    'receiver stopped',
  ]);
});

test('a component that cannot start, or breaks, has failed for good', async () => {
  const broken: Script = { start: async (host) => host.fatal(new Error('gone')) };
  for (const [script, reason] of [
    [{ start: () => Promise.reject(new Error('no such host')) }, 'no such host'],
    [broken, 'gone'],
  ] as const) {
    const world = new World({ sink: script });
    assert.equal(await runService(await world.options(ONE)), 'failed');
    const { status } = world.ledger.open('exporter sink', 'exporter');
    assert.deepEqual(status.now(), { kind: 'permanent_error', reasons: [reason] });
  }
});

test('a component that cannot start stops the service, in order', async () => {
  const world = new World({ mark: { start: () => Promise.reject(new Error('no such host')) } });
  assert.equal(await runService(await world.options(ONE)), 'failed');
  assert.deepEqual(world.journal, [
    'start helper',
    'start sink',
    'start mark (logs)',
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
  assert.deepEqual(world.said, ['error: processor mark cannot start: no such host']);
});

test('a component that fails for good stops the service, in order', async () => {
  const world = new World({
    sink: { start: async (host) => host.fatal(new Error('disk full')) },
  });
  assert.equal(await runService(await world.options(ONE.replace('[ab, c]', '[], endless: true'))), 'failed');
  assert.equal(world.journal.at(-1), 'shutdown helper');
  assert.deepEqual(world.said, ['error: exporter sink failed for good: disk full']);
});

test('a component reaches the extensions that run, and no others', async () => {
  const reached: unknown[] = [];
  const start = async (host: { extension(id: string): unknown }) => {
    reached.push(host.extension('helper'));
    assert.throws(() => host.extension('helper/two'), /service::extensions does not name "helper\/two"/);
  };
  const world = new World({ source: { start } });
  assert.equal(await runService(await world.options(ONE)), 'finished');
  assert.equal(reached.length, 1);
});

test('a receiver that could not read everything ends the service in order, as failed', async () => {
  const start = async (host: { finished(failure?: string): void }) => host.finished('1 file is no trace');
  const world = new World({ source: { start } });
  assert.equal(await runService(await world.options(ONE)), 'failed');
  assert.ok(world.said.includes('error: 1 file is no trace'));
  assert.equal(world.journal.at(-1), 'shutdown helper');
});

test('an exception out of a component is a final refusal that others do not see', async () => {
  const world = new World({
    sink: { consume: () => Promise.reject(new TypeError('undefined is not a function')) },
  });
  assert.equal(await runService(await world.options(ONE)), 'finished');
  assert.deepEqual([...world.ledger.open('receiver source', 'receiver').dropped], [['refused', 3]]);
  assert.equal(
    world.said.filter((entry) => entry === 'error: a component failed on a batch: this is a bug').length,
    2,
  );
});

test('of two exporters, the one that refuses for good does not keep the other from its records', async () => {
  const world = new World({ 'sink/two': { consume: async () => refusedForGood('too large') } });
  const yaml = ONE.replace('sink: }', 'sink: , sink/two: }').replace('[sink]', '[sink, sink/two]');
  assert.equal(await runService(await world.options(yaml)), 'finished');
  assert.deepEqual(
    world.journal.filter((entry) => entry.includes('takes')),
    ['sink takes a.mark,b.mark', 'sink takes c.mark'],
  );
  const branch = world.ledger.open('fan-out logs to sink/two', 'processor');
  assert.deepEqual([branch.taken, ...branch.dropped], [3, ['refused', 3]]);
  assert.deepEqual(world.ledger.imbalances(), []);
});

test('after the deadline no stage waits for another: an exporter that gives up frees the receiver', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const stop = new AbortController();
  const given = Promise.withResolvers<void>();
  const world = new World({
    sink: {
      // Holds the batch, as a queue in front of a peer that is away, until it is told to give up.
      consume: async () => {
        stop.abort();
        await given.promise;
        return retryLater('the peer is away');
      },
      shutdown: async () => given.resolve(),
    },
  });
  const result = runService(await world.options(ONE, stop.signal));
  await world.until('shutdown source');
  mock.timers.tick(20_000);
  assert.equal(await result, 'cut_short');
  mock.timers.reset();
  assert.deepEqual(world.journal.slice(-4), [
    'shutdown source',
    'shutdown mark (logs)',
    'shutdown sink',
    'shutdown helper',
  ]);
  assert.deepEqual(
    world.said.filter((entry) => !entry.startsWith('warn: records dropped')),
    [
      'warn: the time for draining is over: what is still under way is dropped',
      'warn: records could not be delivered before the end receiver source shutdown 3 logs',
    ],
  );
});

test('a component that never shuts down is left behind, and said', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const world = new World({ mark: { shutdown: () => new Promise(() => {}) } });
  const result = runService(await world.options(ONE));
  await world.until('shutdown mark (logs)');
  mock.timers.tick(20_000);
  await world.until('shutdown helper');
  mock.timers.tick(5_000);
  assert.equal(await result, 'finished');
  mock.timers.reset();
  assert.equal(world.said.at(-1), 'error: processor mark did not shut down: this is a bug');
});

test('a component that throws while shutting down does not keep others from it', async () => {
  const world = new World({ source: { shutdown: () => Promise.reject(new Error('oops')) } });
  assert.equal(await runService(await world.options(ONE)), 'finished');
  assert.equal(world.journal.at(-1), 'shutdown helper');
  assert.deepEqual(world.said, ['error: receiver source failed while shutting down: this is a bug']);
});

test('the last words come when all are down', async () => {
  const world = new World();
  const lastWords = async () => {
    world.journal.push('last words');
  };
  assert.equal(await runService({ ...(await world.options(ONE)), lastWords }), 'finished');
  assert.deepEqual(world.journal.slice(-2), ['shutdown helper', 'last words']);
});

const slow: readonly [title: string, script: Script, ticks: readonly number[]][] = [
  ['end with the time for draining', {}, [20_000, 1_000]],
  [
    'have a second when draining took it all',
    { shutdown: () => new Promise(() => {}) },
    [20_000, 5_000, 1_000],
  ],
];

for (const [title, sink, ticks] of slow) {
  test(`last words that never end ${title}`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const world = new World({ sink });
    const lastWords = () => {
      world.journal.push('last words');
      return new Promise<void>(() => {});
    };
    let ended = false;
    const result = runService({ ...(await world.options(ONE)), lastWords }).finally(() => (ended = true));
    await world.until('shutdown sink');
    for (const ms of ticks) {
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
      assert.equal(ended, false);
      mock.timers.tick(ms);
    }
    assert.equal(await result, 'finished');
    mock.timers.reset();
    assert.equal(world.journal.at(-1), 'last words');
    assert.ok(world.said.includes('warn: the last export of metrics took too long and was left behind'));
  });
}
