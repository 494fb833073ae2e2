import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scenario } from '../../../test/scenario/scenario.ts';
import { flushedBuffers } from '../../../test/support/fake_etw.ts';
import { type ConsumerOptions, SessionConsumer } from './consumer.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-consumer-'));
after(() => rmSync(folder, { recursive: true }));

const BUFFER = 65_536;
const path = join(folder, 'test.etl');
const story = scenario({ cpus: 2, session: { bufferSize: BUFFER } });
const shell = story.process('cmd.exe');
for (let i = 0; i < 3000; i++) shell.starts(`whoami.exe ${i}`).exits(0);
writeFileSync(path, story.trace());
writeFileSync(join(folder, 'test.stop'), '');
const buffers = flushedBuffers(story.trace()).length;

function consumer(changes: Partial<ConsumerOptions> = {}): SessionConsumer {
  return new SessionConsumer({
    session: 'test',
    consumption: 'auto',
    bufferSize: BUFFER,
    maxBlock: 60_000,
    ringSize: 256 * 1024,
    library: folder,
    close: () => assert.fail('closed'),
    worker: new URL('../../../test/support/fake_etw_worker.ts', import.meta.url),
    ...changes,
  });
}

async function readAll({ ring, ended }: SessionConsumer): Promise<number> {
  let over = false;
  const end = async (): Promise<void> => {
    await ended;
    over = true;
  };
  void end();
  for (let read = 0; ; ) {
    for (let length = ring.peek(); length >= 0; length = ring.peek(), read++)
      ring.take(new Uint8Array(length));
    if (over) return read;
    await ring.wait(10);
  }
}

test('a slow reader makes the thread wait, and gets every buffer', async () => {
  const one = consumer();
  const opened = await one.start();
  assert.equal(opened, 'opened');
  assert.equal(one.path, 'raw');
  assert.ok(buffers > 16, 'more than the ring holds');
  assert.equal(await readAll(one), buffers);
  assert.deepEqual(await one.ended, { status: 0 });
  assert.equal(one.ring.count('buffersDropped'), 0);
  await one.stop(0);
});

test('who reads nothing loses whole buffers, counted', async () => {
  const one = consumer({ maxBlock: 1 });
  await one.start();
  await one.ended;
  const dropped = one.ring.count('buffersDropped');
  assert.ok(dropped > 0 && one.ring.count('eventsDropped') > dropped);
  assert.equal((await readAll(one)) + dropped, buffers);
  await one.stop(0);
});

test('a thread that dies is an end with its reason', async () => {
  const one = consumer({ session: 'missing' });
  const end = await one.start();
  assert.match(typeof end === 'string' ? end : (end.defect ?? ''), /ENOENT/);
  await one.stop(0);
});

test('what cannot be opened is an end with its error', async () => {
  const one = consumer({
    worker: new URL('./worker.ts', import.meta.url),
    library: join(folder, 'none.dll'),
  });
  const end = await one.start();
  assert.ok(typeof end !== 'string' && end.error !== undefined, JSON.stringify(end));
  await one.stop(0);
});

test('stop is safe without start', () => consumer().stop(0));

test('a session that does not end is closed', async () => {
  const closed: bigint[] = [];
  const one = consumer({ close: (handle) => closed.push(handle) });
  await one.start();
  // Nobody reads: the thread waits for room until the ring is closed.
  await one.stop(1);
  assert.deepEqual(closed, [1n]);
});
