import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { Random } from '../scenario/random.ts';
import { OtlpServer } from '../support/otlp_server.ts';

const KILLS = 3;
/** What may be on its way when it is killed: the requests of two consumers, and as many whose deletion is not written. */
const IN_FLIGHT = 4 * 5;

const PROGRAM = new URL('../support/killed_exporter.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sigel-killed-'));
after(() => rmSync(folder, { recursive: true }));

function begin(...args: string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the program after so many acknowledgements; resolves to all that it said. */
async function killed(program: ChildProcess, afterLines: number): Promise<number[]> {
  assert.ok(program.stdout !== null);
  const said: number[] = [];
  for await (const line of createInterface(program.stdout)) {
    said.push(Number(line));
    if (said.length === afterLines) program.kill('SIGKILL');
  }
  return said;
}

test('killed at any moment, again and again: what was acknowledged arrives, and little of it twice', async (t) => {
  const random = new Random(20);
  const peer = await OtlpServer.start({
    answer: () => (random.integer(0, 4) === 0 ? { code: status.UNAVAILABLE } : {}),
  });
  t.after(() => peer.stop());
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // The numbers of each life are its own.
    const program = begin(peer.endpoint, folder, 'offer', String(1 + kill * 1_000_000));
    acknowledged.push(...(await killed(program, 1 + random.integer(0, 150))));
  }
  const last = begin(peer.endpoint, folder, 'drain');
  let said = '';
  last.stdout?.on('data', (text) => (said += String(text)));
  await new Promise((resolve) => last.on('close', resolve));
  const times = new Map<number, number>();
  for (const { timeUnixNano } of peer.logs()) {
    const number = Number(timeUnixNano % 1_000_000_000n);
    times.set(number, (times.get(number) ?? 0) + 1);
  }
  assert.deepEqual(
    acknowledged.filter((number) => !times.has(number)),
    [],
    'nothing is lost',
  );
  const twice = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  assert.ok(twice <= KILLS * IN_FLIGHT, `${twice} of ${times.size} came twice`);
  assert.ok(acknowledged.length > 30);
  const { restored, ...book } = JSON.parse(said) as Record<string, number>;
  assert.deepEqual(book, { delivered: restored, queued: 0, imbalance: 0 });
});
