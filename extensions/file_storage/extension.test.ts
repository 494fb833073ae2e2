import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { internResource } from '../../src/model/resource.ts';
import { storageOf } from '../../src/storage/storage.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { fileStorageConfig } from './config.ts';
import { FileStorageExtension } from './extension.ts';
import { fileNameOf } from './file_name.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-storage-'));
after(() => rmSync(folder, { recursive: true }));

const OWNER = { kind: 'exporter', id: 'otlp_grpc/far', name: 'logs' } as const;

/** A started extension, shut down with the test; its errors are kept. */
async function started(t: { after(fn: () => unknown): void }, config: object) {
  const errors: string[] = [];
  const context = {
    id: 'file_storage',
    logger: { ...SILENT, error: (message: string) => void errors.push(message) },
    account: new Account('file_storage', 'extension'),
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  const extension = new FileStorageExtension(context, fileStorageConfig.parse(config));
  t.after(() => extension.shutdown());
  await extension.start();
  return { extension, errors };
}

test('what a component set is there for it after a restart, and for no other', async (t) => {
  const directory = join(folder, 'restart');
  const before = await started(t, { directory });
  const client = await before.extension.client(OWNER);
  assert.deepEqual(await client.set('a', Uint8Array.of(1, 2)), { kind: 'done' });
  const second = [
    { kind: 'set', key: 'b', value: Uint8Array.of(3) },
    { kind: 'delete', key: 'a' },
  ] as const;
  assert.deepEqual(await client.batch(second), { kind: 'done' });
  await before.extension.shutdown();
  const { extension } = await started(t, { directory });
  const host = { extension: () => extension, finished: () => {}, fatal: () => {} };
  const again = await storageOf(host, 'file_storage', OWNER);
  assert.deepEqual(await again.entries(), [{ key: 'b', size: 1 }]);
  assert.deepEqual(await again.get('b'), { kind: 'found', value: Uint8Array.of(3) });
  const other = await extension.client({ ...OWNER, name: 'traces' });
  assert.deepEqual(await other.entries(), []);
  await assert.rejects(extension.client(OWNER), /two components would share/);
});

test('folder and files are their owner’s alone', { skip: process.platform === 'win32' }, async (t) => {
  const directory = join(folder, 'a', 'b');
  const { extension } = await started(t, { directory });
  await extension.client(OWNER);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, fileNameOf(OWNER))).mode & 0o777, 0o600);
});

for (const [title, spoil, config, message] of [
  ['is not there', () => {}, { create_directory: false }, /ENOENT/],
  ['is a file', (path: string) => writeFileSync(path, ''), {}, /EEXIST/],
  [
    'is a file, not to be made',
    (path: string) => writeFileSync(path, ''),
    { create_directory: false },
    /is no folder/,
  ],
] as const) {
  test(`it does not start where the folder ${title}`, async (t) => {
    const directory = join(folder, title.replaceAll(/\W/g, '_'));
    spoil(directory);
    await assert.rejects(started(t, { directory, ...config }), message);
  });
}

test('it does not start where others may write', { skip: process.platform === 'win32' }, async (t) => {
  const directory = mkdtempSync(join(folder, 'open-'));
  chmodSync(directory, 0o777);
  await assert.rejects(started(t, { directory }), /can be written by others/);
});

test('a folder is of one agent alone', async (t) => {
  const directory = join(folder, 'shared');
  const first = await started(t, { directory });
  await first.extension.client(OWNER);
  const second = await started(t, { directory });
  await assert.rejects(second.extension.client(OWNER), /another process uses it/);
});

test('a damaged store is said, and there is one all the same', async (t) => {
  const directory = mkdtempSync(join(folder, 'damaged-'));
  writeFileSync(
    join(directory, fileNameOf(OWNER)),
    'this is no database, but long enough to be taken for one',
  );
  const { extension, errors } = await started(t, { directory });
  const client = await extension.client(OWNER);
  assert.match(errors[0] ?? '', /moved aside/);
  assert.deepEqual(await client.set('a', Uint8Array.of(1)), { kind: 'done' });
});

test('a store of a later version is said, and there is one all the same', async (t) => {
  const directory = mkdtempSync(join(folder, 'later-'));
  const database = new DatabaseSync(join(directory, fileNameOf(OWNER)));
  database.exec('CREATE TABLE other (a); PRAGMA user_version = 9');
  database.close();
  const { extension, errors } = await started(t, { directory });
  const client = await extension.client(OWNER);
  assert.match(errors[0] ?? '', /moved aside for the later version/);
  assert.deepEqual(await client.set('a', Uint8Array.of(1)), { kind: 'done' });
});

test('after its end everything is answered, with a failure', async (t) => {
  const { extension } = await started(t, { directory: join(folder, 'ended') });
  const client = await extension.client(OWNER);
  await extension.shutdown();
  assert.equal((await client.set('a', Uint8Array.of(1))).kind, 'failed');
  assert.equal((await client.get('a')).kind, 'failed');
  assert.equal(await client.entries(), undefined);
});

for (const [owner, name] of [
  [{ kind: 'exporter', id: 'otlp_grpc' }, 'exporter_otlp_grpc.db'],
  [{ kind: 'exporter', id: 'otlp_grpc/far', name: 'logs' }, 'exporter_otlp_grpc~2ffar_logs.db'],
  [{ kind: 'receiver', id: 'etl/../../x:y' }, 'receiver_etl~2f..~2f..~2fx~3ay.db'],
] as const) {
  test(`the file of ${owner.kind} ${owner.id} is ${name}`, () => assert.equal(fileNameOf(owner), name));
}
