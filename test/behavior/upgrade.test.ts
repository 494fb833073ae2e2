import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { until } from '../interop/peers/process.ts';
import type { LedgerFile } from '../interop/sigel.ts';
import { OtlpServer } from '../support/otlp_server.ts';

// What an earlier version has left on disk is read by this one. The stores are made here as that version made them, and
// not by what reads them.

interface Fixture {
  readonly trace: string;
  readonly stores: Readonly<
    Record<string, readonly { readonly key: string; readonly crc: number; readonly value: string }[]>
  >;
}

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const fixture = JSON.parse(
  readFileSync(new URL('testdata/stores_of_format_1.json', import.meta.url), 'utf8'),
) as Fixture;
const folder = mkdtempSync(join(tmpdir(), 'sigel-upgrade-'));
after(() => rmSync(folder, { recursive: true }));

function makeStores(directory: string): void {
  mkdirSync(directory, { mode: 0o700 });
  for (const [name, entries] of Object.entries(fixture.stores)) {
    const database = new DatabaseSync(join(directory, name));
    database.exec(
      `CREATE TABLE entries (key TEXT PRIMARY KEY, crc INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
       PRAGMA application_id = 0x5349474c; PRAGMA user_version = 1`,
    );
    const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?)');
    for (const { key, crc, value } of entries) insert.run(key, crc, Buffer.from(value, 'base64'));
    database.close();
  }
}

function startMain(args: readonly string[]): {
  readonly child: ChildProcess;
  readonly said: Promise<string>;
} {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  return { child, said: text(child.stderr) };
}

const configuration = (endpoint: string) => `extensions:
  file_storage: { directory: ${JSON.stringify(join(folder, 'stores'))} }
receivers:
  etl: { include: [${JSON.stringify(join(folder, 'read.etl'))}], storage: file_storage }
  agent: { storage: file_storage }
exporters:
  otlp_grpc: { endpoint: "${endpoint}", tls: { insecure: true }, sending_queue: { storage: file_storage } }
service:
  extensions: [file_storage]
  pipelines:
    logs: { receivers: [etl, agent], exporters: [otlp_grpc] }
`;

test('queue, position and the time last alive of format 1 are read', async (t) => {
  const peer = await OtlpServer.start();
  t.after(() => peer.stop());
  makeStores(join(folder, 'stores'));
  writeFileSync(join(folder, 'read.etl'), fixture.trace);
  const [config, ledger] = [join(folder, 'sigel.yaml'), join(folder, 'ledger.json')];
  writeFileSync(config, configuration(peer.endpoint));
  const running = startMain(['--config', config, '--ledger', ledger]);
  await until('the agent tells that it was away', () =>
    peer.logs().some(({ eventName }) => eventName === 'sigel.agent.blind'),
  );
  running.child.kill('SIGTERM');
  const stderr = await running.said;
  assert.doesNotMatch(stderr, / (warn|error) /);
  const { accounts, balanced } = JSON.parse(readFileSync(ledger, 'utf8')) as LedgerFile;
  assert.ok(balanced);
  // The trace is none, which nobody saw: it was read.
  assert.equal(accounts.find(({ id }) => id === 'receiver etl')?.read, 0);
  const queued = accounts.find(({ id }) => id === 'exporter otlp_grpc');
  assert.equal(queued?.restored, 3);
  assert.equal(queued.delivered, peer.logs().length);
  const started = peer.logs().filter(({ eventName }) => eventName === 'process.start');
  assert.deepEqual(
    started.map(({ body }) => body),
    [
      'process started: C:\\Windows\\System32\\rundll32.exe C:\\Windows\\Temp\\cache.dat,Start (pid 2812)',
      'process started: C:\\Windows\\Temp\\tor\\tor.exe -f C:\\Windows\\Temp\\tor\\torrc (pid 2848)',
      'process started: powershell.exe -NoProfile -File C:\\k\\debug\\node-check.ps1 (pid 2896)',
    ],
  );
});
