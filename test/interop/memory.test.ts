import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { repeatTrace } from '../bench/repeat.ts';
import { startOn } from './fault_run.ts';
import { Scenes } from './fault_scene.ts';
import { startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { startFaultProxy } from './peers/fault_proxy.ts';
import { until } from './peers/process.ts';
import { account } from './sigel.ts';

// A peer that takes nothing, and room for everything everywhere: what keeps the memory is memory_limiter alone.
const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : process.platform === 'linux' ? false : 'needs /proc';
const scenes = await Scenes.open(peer);
after(() => scenes.close());
afterEach(() => scenes.end());

const LIMIT_MIB = 260;
/** What is made before the next look, and what is being collected. */
const SLACK_MIB = 60;
const ROUNDS = 120;

test('a peer that takes nothing: the file receiver waits at the limit, and nothing is lost', {
  skip,
}, async (t) => {
  assert.equal(peer.kind, 'ready');
  const collector = await startCollector({ path: peer.path, sink: 'nop' });
  scenes.atEnd(() => collector.dispose());
  const proxy = await startFaultProxy(collector.port, Number.POSITIVE_INFINITY);
  scenes.atEnd(() => proxy.close());
  proxy.set('hold');
  const story = readFileSync(scenes.trace);
  const trace = join(scenes.folder, 'long.etl');
  repeatTrace(story, trace, ROUNDS * story.length);

  const { child, ended } = startOn(
    {
      trace,
      endpoint: proxy.endpoint,
      receiver: { max_in_flight: '4GiB' },
      processors: { memory_limiter: { limit_mib: LIMIT_MIB, check_interval: '50ms' } },
      queue: { queue_size: 1_000_000 },
    },
    scenes.folder,
  );
  let said = '';
  child.stderr?.on('data', (chunk: string) => {
    said += chunk;
  });
  await until('it refuses', () => said.includes('records are refused until there is less memory'), 120_000);
  const looks = [];
  for (let look = 0; look < 20; look++) {
    const before = Date.now();
    await until('a moment has gone', () => Date.now() > before + 50);
    looks.push(residentMib(child.pid));
  }
  proxy.set('pass');
  const run = await ended;
  assert.equal(run.code, 0, run.stderr);
  const most = Math.max(...looks);
  t.diagnostic(`at most ${most.toFixed(0)} MiB while it waited`);
  assert.ok(most < LIMIT_MIB + SLACK_MIB, `${most} MiB`);
  const { emitted } = account(run, 'receiver');
  const { delivered, dropped } = account(run, 'exporter');
  assert.deepEqual({ delivered, dropped }, { delivered: emitted, dropped: {} });
  assert.equal(await collector.accepted(), delivered);
  assert.ok(emitted >= ROUNDS * scenes.sent.size * 0.99, `${emitted}`);
});

/** VmRSS of proc(5), in MiB. */
function residentMib(pid = 0): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found) / 1024;
}
