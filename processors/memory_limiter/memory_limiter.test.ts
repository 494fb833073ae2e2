import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it, type TestContext } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { ACCEPTED, type Outcome, refusedForGood } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { exporterContext, logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { memoryLimiterConfig } from './config.ts';
import type { Memory } from './host_memory.ts';
import { hostMemory } from './host_memory.ts';
import { processLimits } from './limits.ts';
import { LogsMemoryLimiter, TracesMemoryLimiter } from './memory_limiter.ts';
import { MemoryWatch } from './watch.ts';

const MIB = 2 ** 20;

/** A machine of 1000 MiB and a heap of 1000 MiB, in whole MiB; `garbage` goes when it is collected. */
class FakeMemory implements Memory {
  readonly available = 1000 * MIB;
  readonly heapAvailable = 1000 * MIB;
  live = 0;
  garbage = 0;
  heap = 0;
  collections = 0;
  used = () => (this.live + this.garbage) * MIB;
  heapUsed = () => this.heap * MIB;
  collect = () => {
    this.collections++;
    this.garbage = 0;
    this.onCollect();
  };
  onCollect = () => {};
}

describe('limits', () => {
  for (const [title, config, soft, hard] of [
    ['the defaults: four fifths of four fifths', {}, 640, 800],
    ['in MiB', { limit_mib: 500, spike_limit_mib: 50 }, 450, 500],
    ['in MiB, a fifth less', { limit_mib: 500 }, 400, 500],
    ['MiB before percentages', { limit_mib: 500, limit_percentage: 10 }, 400, 500],
    ['percentages', { limit_percentage: 50, spike_limit_percentage: 10 }, 400, 500],
  ] as const)
    it(title, () => {
      assert.deepEqual(processLimits(memoryLimiterConfig.parse(config), new FakeMemory()), {
        soft: soft * MIB,
        hard: hard * MIB,
      });
    });

  for (const [title, config] of [
    ['a spike as large as the limit', { limit_mib: 100, spike_limit_mib: 100 }],
    ['a spike without its limit', { spike_limit_mib: 100 }],
    ['a share of the spike as large as that of the limit', { spike_limit_percentage: 80 }],
    ['a share of nothing', { limit_percentage: 0 }],
  ] as const)
    it(`refused: ${title}`, () => assert.equal(memoryLimiterConfig.safeParse(config).success, false));
});

describe('what is measured', () => {
  for (const [title, memory, reason] of [
    ['little', { live: 100 }, undefined],
    ['as much as the soft limit', { live: 640 }, undefined],
    ['more than the soft limit', { live: 641 }, 'memory is above the soft limit: 641 of 640 MiB'],
    ['more than the hard limit', { live: 900 }, 'memory is above the hard limit: 900 of 800 MiB'],
    ['garbage alone', { garbage: 900 }, undefined],
    ['a full heap', { heap: 700 }, 'the heap is above the soft limit: 700 of 650 MiB'],
    ['a fuller heap', { heap: 900, live: 700 }, 'the heap is above the hard limit: 900 of 800 MiB'],
  ] as const)
    it(`${title}: ${reason ?? 'below'}`, () => {
      const watch = watched(Object.assign(new FakeMemory(), memory));
      watch.check();
      assert.equal(watch.excess?.reason, reason);
    });
});

describe('garbage is collected', () => {
  for (const [title, live, seconds, collections] of [
    ['not below the soft limit', 600, [0, 1, 2], 0],
    ['each ten seconds above the soft limit', 700, [0, 1, 5, 9, 10, 11], 2],
    ['at each look above the hard limit', 900, [0, 1, 2], 3],
  ] as const)
    it(title, () => {
      const memory = Object.assign(new FakeMemory(), { live });
      let now = 0;
      const watch = watched(memory, () => now);
      for (const second of seconds) {
        now = second * 1000;
        watch.check();
      }
      assert.equal(memory.collections, collections);
    });
});

it('collections that take long are at most a tenth of the time', () => {
  const memory = Object.assign(new FakeMemory(), { live: 900 });
  let now = 0;
  memory.onCollect = () => {
    now += 50;
  };
  const watch = watched(memory, () => now);
  for (; now < 2000; now += 10) watch.check();
  assert.equal(memory.collections, 4);
});

describe('the processor', () => {
  it('refuses above the limit and takes again below it; only what was taken counts', async (t) => {
    const { limiter, memory, account, tick, said } = await setUp(t);
    assert.deepEqual(await limiter.consumeLogs(logRecords(3)), ACCEPTED);
    memory.live = 700;
    tick();
    const refused = await limiter.consumeLogs([logRecord(4)]);
    assert.deepEqual(refused, {
      kind: 'refused',
      retryable: true,
      reason: 'memory is above the soft limit: 700 of 640 MiB',
    });
    assert.equal(account.status.now().kind, 'recoverable_error');
    memory.live = 100;
    tick();
    assert.deepEqual(await limiter.consumeLogs([logRecord(4)]), ACCEPTED);
    assert.deepEqual([account.taken, account.emitted, account.imbalance()], [4, 4, 0]);
    assert.deepEqual(said, [
      'records are refused until there is less memory in use',
      'memory is below its limit again: records are taken',
    ]);
  });

  it('hands a refusal from behind back', async (t) => {
    const { limiter, account } = await setUp(t, refusedForGood('no'));
    assert.deepEqual(await limiter.consumeLogs(logRecords(3)), refusedForGood('no'));
    assert.equal(account.taken, 0);
  });

  it('lets everything out while it shuts down', async (t) => {
    const { limiter, memory, tick } = await setUp(t);
    memory.live = 900;
    tick();
    await limiter.shutdown();
    assert.deepEqual(await limiter.consumeLogs([logRecord(1)]), ACCEPTED);
  });

  it('limits traces as well', async () => {
    const memory = Object.assign(new FakeMemory(), { live: 900 });
    const next = { consumeTraces: async () => ACCEPTED };
    const limiter = new TracesMemoryLimiter(context(), config(), next, async () => memory);
    await limiter.start();
    assert.equal((await limiter.consumeTraces([span('a')])).kind, 'refused');
    await limiter.shutdown();
  });
});

it('this machine: there is memory, it is used, and garbage can be collected', async () => {
  const memory = await hostMemory();
  assert.ok(memory.used() > 10 * MIB && memory.used() < memory.available);
  assert.ok(memory.heapUsed() > MIB && memory.heapUsed() < memory.heapAvailable);
  let garbage: unknown[] | undefined = Array.from({ length: 2_000_000 }, (_, i) => ({ i }));
  const before = memory.heapUsed();
  assert.equal(garbage.length, 2_000_000);
  garbage = undefined;
  memory.collect();
  assert.ok(memory.heapUsed() < before - 30 * MIB);
});

it('what the C library has free is given back', { skip: process.platform !== 'linux' }, async () => {
  const memory = await hostMemory();
  // Small enough that each is a part of the C library's heap, and every hundredth stays: so the heap cannot end earlier.
  const blocks = Array.from({ length: 200_000 }, () => Buffer.allocUnsafeSlow(1000).fill(1));
  const kept = blocks.filter((_, i) => i % 100 === 0);
  const before = memory.used();
  blocks.length = 0;
  memory.collect();
  assert.ok(memory.used() < before - 100 * MIB, `${before / MIB} MiB, then ${memory.used() / MIB}`);
  assert.equal(kept.length, 2000);
});

const config = () => memoryLimiterConfig.parse({ check_interval: '1s' });
const watched = (memory: Memory, now = () => 0) => new MemoryWatch(config(), memory, now);

function context(said: string[] = []) {
  const say = (message: string) => void said.push(message);
  const logger = { debug: say, info: say, warn: say, error: say };
  const account = new Account('memory_limiter', 'processor');
  return { ...exporterContext('memory_limiter', logger), account, meter: createNoopMeter() };
}

async function setUp(t: TestContext, outcome: Outcome = ACCEPTED) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const memory = new FakeMemory();
  const said: string[] = [];
  const made = context(said);
  const next = { consumeLogs: async () => outcome };
  const limiter = new LogsMemoryLimiter(made, config(), next, async () => memory);
  await limiter.start();
  t.after(() => limiter.shutdown());
  made.account.status.enter('ok');
  return { limiter, memory, account: made.account, said, tick: () => t.mock.timers.tick(1000) };
}
