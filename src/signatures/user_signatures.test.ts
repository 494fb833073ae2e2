/** Signatures of users whose files change while they run. */
import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { logRecord } from '../../test/support/log_records.ts';
import { policyWasm } from '../../test/support/policy_wasm.ts';
import { folderOf, signatureText } from '../../test/support/signature_files.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { Signatures } from './signatures.ts';

const POLICY = policyWasm({
  'p/match': { says: true },
  'p/selected_events': { says: [{ name: 'process.exit' }] },
  'p/__rego_metadoc__': { says: { id: 'P', name: 'Every exit', properties: { level: 'low' } } },
});
const LIMITS = { deadline: 20_000, memory: 64 << 20 };
// A test that fails must not leave its thread behind.
const all: Signatures[] = [];
after(() => Promise.all(all.map((one) => one.end(AbortSignal.abort()))));

const EACH = 'return { onEvent: () => context.emit() };';
const started = (pid: number): LogRecord => logRecord(pid, { hrTime: [1_700_000_000, pid] });
const LOADED = 'signatures were loaded again';
const REFUSED = 'the changed signatures are refused; those from before run on';

async function open(files: Readonly<Record<string, string>>) {
  const folder = folderOf(files);
  const logged: string[] = [];
  const log = (message: string, facts = {}): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const logger = { debug: log, info: log, warn: log, error: log };
  const options = {
    builtin: [],
    folders: [folder],
    limits: LIMITS,
    selection: {},
    logger,
    reloadInterval: 20,
  };
  const signatures = new Signatures(options);
  all.push(signatures);
  await signatures.start();
  const judge = async (...records: readonly LogRecord[]): Promise<string[]> => {
    const { detections } = await signatures.judge(records);
    return [...detections.values()]
      .flat()
      .map(({ rule, record }) => `${rule.metadata.id} ${record.get(Attr.processPid)}`);
  };
  const said = async (text: string, times = 1): Promise<void> => {
    while (logged.filter((line) => line.startsWith(text)).length < times) await sleep(5);
  };
  // Renamed into place: half a file must not be read.
  const put = (name: string, text: string | Uint8Array): void => {
    writeFileSync(join(folder, '.new'), text, { mode: 0o644 });
    renameSync(join(folder, '.new'), join(folder, name));
  };
  return { folder, signatures, logged, judge, said, put };
}

test('a changed file takes over, with a new thread and nothing remembered', async () => {
  const counts = 'let n = 0; return { onEvent() { if (++n === 2) context.emit(); } };';
  const { signatures, judge, said, put } = await open({ 'a.ts': signatureText('old', counts) });
  assert.deepEqual(await judge(started(1)), []);
  put('a.ts', signatureText('new', counts));
  await said(LOADED);
  assert.deepEqual(
    signatures.rules.map(({ metadata }) => metadata.id),
    ['new'],
  );
  assert.deepEqual(await judge(started(2)), []);
  assert.deepEqual(await judge(started(3)), ['new 3']);
  assert.deepEqual([...signatures.reloads], [['loaded', 1]]);
});

test('files come and go: a helper, a policy, the last one', async () => {
  const { folder, signatures, judge, said, put } = await open({
    'a.ts': `import { id } from './lib/id.ts';\n${signatureText('a', EACH).replace("'a'", 'id')}`,
    'lib/id.ts': "export const id = 'first';",
  });
  assert.deepEqual(await judge(started(1)), ['first 1']);
  put('lib/id.ts', "export const id = 'second';");
  await said(LOADED);
  assert.deepEqual(await judge(started(2)), ['second 2']);
  put('p.wasm', POLICY);
  await said(LOADED, 2);
  assert.equal(signatures.rules.length, 2);
  rmSync(join(folder, 'a.ts'));
  rmSync(join(folder, 'p.wasm'));
  await said(LOADED, 3);
  assert.deepEqual(signatures.rules, []);
  assert.deepEqual(await judge(started(3)), []);
  put('b.ts', signatureText('b', EACH));
  await said(LOADED, 4);
  assert.deepEqual(await judge(started(4)), ['b 4']);
});

const bad: readonly [title: string, spoil: (folder: string) => void, reason: RegExp][] = [
  [
    'one that cannot be loaded',
    (folder) => writeFileSync(join(folder, 'b.ts'), 'export const signature = {', { mode: 0o644 }),
    /a signature cannot be loaded .*b\.ts.*SyntaxError/,
  ],
  [
    'one that others may write',
    (folder) => chmodSync(join(folder, 'a.ts'), 0o666),
    /refused.*a\.ts can be written by others/,
  ],
  ['a folder that is gone', (folder) => rmSync(folder, { recursive: true }), /refused.*cannot be read/],
];
for (const [title, spoil, reason] of bad)
  test(`refused for ${title}, once and with its error; the old ones run on until it is put right`, {
    skip: process.platform === 'win32' && 'no mode bits',
  }, async () => {
    const { folder, signatures, logged, judge, said, put } = await open({
      'a.ts': signatureText('old', EACH),
    });
    spoil(folder);
    await said(REFUSED);
    assert.match(logged.join('\n'), reason);
    assert.deepEqual(await judge(started(1)), ['old 1']);
    // Looked at again and again, it is the same.
    await sleep(100);
    assert.deepEqual([...signatures.reloads], [['refused', 1]]);
    if (title === 'a folder that is gone') return;
    put('a.ts', signatureText('new', EACH));
    rmSync(join(folder, 'b.ts'), { force: true });
    await said(LOADED);
    assert.deepEqual(await judge(started(2)), ['new 2']);
  });

test('what could not be loaded at the start keeps nobody from changing the others', async () => {
  const { signatures, judge, said, put } = await open({
    'a.ts': signatureText('old', EACH),
    'b.ts': 'export const signature = {',
  });
  assert.equal(signatures.disabled, 1);
  put('a.ts', signatureText('new', EACH));
  await said(LOADED);
  assert.deepEqual(await judge(started(1)), ['new 1']);
  assert.deepEqual([signatures.disabled, signatures.errors], [1, 2]);
});

test('while records flow none is lost, and each is judged by one version', async () => {
  const { logged, signatures, judge, said, put } = await open({ 'a.ts': signatureText('v0', EACH) });
  const told: Promise<string[]>[] = [];
  for (let version = 1; version <= 2; version++) {
    put('a.ts', signatureText(`v${version}`, EACH));
    const isLoaded = () => logged.filter((line) => line.startsWith(LOADED)).length >= version;
    while (!isLoaded()) {
      told.push(judge(started(told.length)));
      await sleep(1);
    }
  }
  await said(LOADED, 2);
  told.push(judge(started(told.length)));
  const lines = (await Promise.all(told)).flat();
  assert.deepEqual(
    lines.map((line) => Number(line.split(' ')[1])),
    told.map((_, i) => i),
  );
  const versions = lines.map((line) => line.split(' ')[0] ?? '');
  assert.deepEqual(versions, versions.toSorted());
  assert.equal(versions.at(-1), 'v2');
  await signatures.end(new AbortController().signal);
});
