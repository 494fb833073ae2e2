import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { compare, inWords, type Way } from './fault_run.ts';
import { ON_ITS_WAY, Scenes } from './fault_scene.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { answers, until } from './peers/process.ts';
import { account, type SigelRun, sum } from './sigel.ts';

// As faults.test.ts: Sigel with a queue on disk, and a disk with faults.
const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

const scenes = await Scenes.open(peer);
after(() => scenes.close());
afterEach(() => scenes.end());

const STORE = 'exporter_otlp_grpc_logs.db';
/** A queue and positions on disk. */
function kept(directory: string): Partial<Way> {
  return { storage: { directory }, receiver: { storage: 'file_storage' }, queue: { queue_size: 1000 } };
}

/** A mount of its own for what it runs: root is not needed where the kernel lets users have namespaces. */
const UNSHARE = ['unshare', '--map-root-user', '--mount'];
const canMount = await answers('unshare', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'sigel', '/mnt']);
const noMount = skip !== false ? skip : canMount ? false : 'unshare cannot mount here';
/** Runs a command where a folder is mounted so. */
const mounted = (mount: string): string[] => [...UNSHARE, 'sh', '-c', `${mount} && exec "$@"`, 'sh'];

test('the disk is full: the queue waits, and goes on when there is room', { skip: noMount }, async (t) => {
  const directory = join(scenes.folder, 'full');
  mkdirSync(directory, { mode: 0o700 });
  const { proxy, start, sink } = await scenes.setUp({}, kept(directory));
  proxy.set('refuse');
  const small = mounted(`mount -t tmpfs -o size=2m,mode=0700 sigel '${directory}'`);
  const running = start({}, { under: small });
  let said = '';
  running.child.stderr?.on('data', (chunk: string) => {
    said += chunk;
  });
  await until('the queue cannot be written', () => said.includes('the queue on disk has trouble'), 120_000);
  proxy.set('pass');
  scenes.verify(t, await running.ended, sink.uids, 0);
});

test('storage is read-only: said at the start, and nothing is taken', { skip: noMount }, async (t) => {
  const directory = join(scenes.folder, 'read_only');
  mkdirSync(directory, { mode: 0o700 });
  const { start, sink } = await scenes.setUp({}, kept(directory));
  const readOnly = mounted(
    `mount --bind '${directory}' '${directory}' && mount -o remount,bind,ro '${directory}'`,
  );
  const refused = await start({}, { under: readOnly }).ended;
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /the store .* cannot be used: .*(read-only|EROFS)/i);
  assert.equal(sink.taken, 0);
  scenes.verify(t, await start().ended, sink.uids, 0);
});

test('the queue on disk is damaged: what cannot be read is counted, all else comes', { skip }, async (t) => {
  const directory = join(scenes.folder, 'damaged');
  const { collector, start, sink } = await scenes.setUp({}, kept(directory));
  await collector.stop();
  const first = await start({ service: { drain_timeout: '1s' } }).ended;
  const { queued } = account(first, 'exporter');
  assert.equal(queued, scenes.sent.size, 'everything is on disk');
  damage(join(directory, STORE));
  await collector.start();
  const last = await start().ended;
  const statement = compare(scenes.sent, sink.uids);
  const lost = lostOf(first, last);
  t.diagnostic(`${inWords(statement)}; ${lost} were damaged`);
  assert.ok(lost > 0 && lost < scenes.sent.size);
  assert.deepEqual(statement, { sent: queued, received: queued - lost, twice: 0, strange: 0 });
  assert.equal(last.ledger?.balanced, true);
});

/** What the last run could not find again, and what it found damaged. */
function lostOf(first: SigelRun, last: SigelRun): number {
  const { restored, dropped, delivered } = account(last, 'exporter');
  assert.equal(delivered, restored - sum(dropped));
  assert.deepEqual(
    Object.keys(dropped).filter((cause) => cause !== 'damaged_in_storage'),
    [],
  );
  return account(first, 'exporter').queued - restored + sum(dropped);
}

/** Overwrites a little in the last third of a file, where no tables of contents are. */
function damage(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, 'damaged!'.repeat(8), Math.floor(statSync(path).size * 0.7));
  closeSync(file);
}

test('the clock jumps by an hour, forwards and back', { skip }, async (t) => {
  const directory = join(scenes.folder, 'jumps');
  const { start, sink } = await scenes.setUp({}, kept(directory));
  const preload = ['--import', join(import.meta.dirname, 'clock_jumps.ts')];
  scenes.verify(t, await start({}, { node: preload }).ended, sink.uids, ON_ITS_WAY);
});
