/** From a detection to its exception: through `sigel rules except` and the pipeline that takes it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../../../test/support/cli_io.ts';
import { readTold } from './told_detections.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-except-'));
after(() => rmSync(folder, { recursive: true }));
const demo = join(import.meta.dirname, '..', '..', '..', 'config', 'demo');
const exceptions = join(folder, 'exceptions.yaml');

/** What the demo's attack is told as, with the exceptions of the file. */
async function toldOfDemo(): Promise<string> {
  const config = join(folder, 'sigel.yaml');
  const path = join(folder, 'told.json');
  rmSync(path, { force: true });
  const text = {
    receivers: { etl: { include: [join(demo, 'shop_attack.etl.gz')] } },
    processors: {
      process: {},
      container_attribution: { journal: join(demo, 'shop_attack.containers.ndjson') },
      signature: { emit: 'detections', exception_files: [exceptions] },
    },
    exporters: { file: { path } },
    service: {
      pipelines: {
        logs: {
          receivers: ['etl'],
          processors: ['process', 'container_attribution', 'signature'],
          exporters: ['file'],
        },
      },
    },
  };
  writeFileSync(config, JSON.stringify(text));
  const { code, stderr } = await runCli(['--config', config]);
  assert.equal(code, 0, stderr);
  return path;
}

test('a detection is excepted in its workload, and nothing else is', async () => {
  const first =
    '# of the shop\nexceptions:\n  - { rules: [ x ], owner: me, expires: 2099-01-01 } # reviewed\n';
  writeFileSync(exceptions, first);
  const before = await toldOfDemo();
  const detections = await readTold(before);
  const miner = detections.find(({ title }) => title === 'Crypto miner by its pool address');
  assert.ok(miner !== undefined);
  const args = [
    '--owner',
    'shop team',
    '--uid',
    miner.uid,
    '--field',
    'process.command_line',
    '--reason',
    'a: test',
  ];
  const { code, stderr } = await runCli(['rules', 'except', before, ...args, '--file', exceptions]);
  assert.equal(code, 0, stderr);
  const text = readFileSync(exceptions, 'utf8');
  assert.ok(text.startsWith(`${first}  # Crypto miner by its pool address\n  - rules:\n`), text);
  const [, written] = (parse(text) as { exceptions: Record<string, unknown>[] }).exceptions;
  const { rules, namespaces, images, owner, reason } = written ?? {};
  assert.deepEqual(
    [rules, namespaces, images, owner, reason],
    [[miner.rule], ['shop'], ['registry.example/shop/web'], 'shop team', 'a: test'],
  );
  const after = await readTold(await toldOfDemo());
  assert.deepEqual(
    after.map(({ uid }) => uid),
    detections.map(({ uid }) => uid).filter((uid) => uid !== miner.uid),
  );
});

/** A file with a detection for each of these attributes. */
function told(...all: readonly Readonly<Record<string, string>>[]): string {
  const path = join(folder, 'some.json');
  const records = all.map((attributes) => ({
    eventName: 'sigel.detection',
    attributes: Object.entries({ 'security_rule.uuid': 'r1', 'security_rule.name': 'R', ...attributes }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    ),
  }));
  writeFileSync(path, `${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })}\n`);
  return path;
}

test('without a file it is printed, as one to paste; values mean themselves', async () => {
  const path = 'C:\\a\\*\\\\b?.exe';
  const { stdout, stderr } = await runCli([
    'rules',
    'except',
    told({ 'process.executable.path': path }),
    '--owner',
    'me',
    '--days',
    '1',
  ]);
  const [written] = (parse(stdout) as { exceptions: Record<string, unknown>[] }).exceptions;
  assert.deepEqual(
    written,
    {
      rules: ['r1'],
      fields: { 'process.executable.path': 'C:\\a\\\\\\*\\\\\\\\b\\?.exe' },
      owner: 'me',
      expires: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
    },
    stderr,
  );
});

test('detections that one exception covers are one', async () => {
  const { code } = await runCli([
    'rules',
    'except',
    told({ 'log.record.uid': 'a' }, { 'log.record.uid': 'b' }),
    '--owner',
    'me',
  ]);
  assert.equal(code, 0);
});

const failures: readonly [title: string, args: () => readonly string[], code: number, said: RegExp][] = [
  ['no owner', () => [told({})], 2, /say with --owner/],
  ['no file', () => ['--owner', 'me'], 2, /name one file/],
  ['no days', () => [told({}), '--owner', 'me', '--days', '0'], 2, /--days takes a number/],
  ['nothing in it', () => [told(), '--owner', 'me'], 1, /no such detection/],
  ['another uid', () => [told({}), '--owner', 'me', '--uid', 'x'], 1, /no such detection/],
  [
    'several',
    () => [
      told({ 'process.executable.path': 'a', 'log.record.uid': 'u1' }, { 'log.record.uid': 'u2' }),
      '--owner',
      'me',
    ],
    1,
    /choose one with --uid\nu1 {2}R\nu2 {2}R\n/,
  ],
  [
    'several, and nobody who answers yet',
    () => [told({ 'process.executable.path': 'a', 'log.record.uid': 'u1' }, { 'log.record.uid': 'u2' })],
    1,
    /choose one with --uid\nu1 {2}R\nu2 {2}R\n/,
  ],
  ['another format', () => [exceptions, '--owner', 'me'], 1, /something else than OTLP logs/],
  ['no such file', () => ['/nowhere.json', '--owner', 'me'], 1, /nowhere\.json cannot be read/],
  [
    'a file of something else',
    () => {
      const file = join(folder, 'other.yaml');
      writeFileSync(file, 'receivers: {}\n');
      return [told({}), '--owner', 'me', '--file', file];
    },
    1,
    /other\.yaml: .*receivers/s,
  ],
];
for (const [title, args, code, said] of failures) {
  test(`refused: ${title}`, async () => {
    const got = await runCli(['rules', 'except', ...args()]);
    assert.match(got.stderr, said);
    assert.equal(got.code, code);
  });
}
