/** Rules that change while records flow. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  bodies,
  openSignatures,
  type SignatureOptions,
  type SignatureRun,
} from '../../../test/support/signature_processor.ts';
import { smallRule, startOf } from '../../../test/support/small_rules.ts';

const scratch = mkdtempSync(join(tmpdir(), 'sigel-reload-'));
after(() => rmSync(scratch, { recursive: true }));
let folders = 0;
function folder(files: Readonly<Record<string, string>>): string {
  const path = join(scratch, String(folders++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const open = (config: SignatureOptions): Promise<SignatureRun> =>
  openSignatures({ builtin: false, reload_interval: '20ms', emit: 'detections', ...config });

/** Waits until it was logged. */
async function logged(run: SignatureRun, text: string): Promise<void> {
  for (let i = 0; !run.logged.some((line) => line.includes(text)); i++) {
    assert.ok(i < 6000, `not logged: ${text}, but ${run.logged.join('; ')}`);
    await setTimeout(5);
  }
}
const LOADED = 'rules were loaded again';
const REFUSED = 'the changed rules are refused';

async function end({ processor }: SignatureRun): Promise<void> {
  await processor.shutdown(AbortSignal.timeout(20_000));
}

const changes: readonly [what: string, change: (path: string) => void, then: readonly string[]][] = [
  ['a file changes', (path) => writeFileSync(join(path, 'a.yml'), smallRule('new')), ['new runs']],
  ['a file comes', (path) => writeFileSync(join(path, 'b.yml'), smallRule('new')), ['old runs', 'new runs']],
  [
    'a file is renamed into the place of another',
    (path) => {
      writeFileSync(join(path, 'a.tmp'), smallRule('new'));
      renameSync(join(path, 'a.tmp'), join(path, 'a.yml'));
    },
    ['new runs'],
  ],
];
for (const [what, change, then] of changes) {
  test(`rules are loaded again when ${what}`, async () => {
    const path = folder({ 'a.yml': smallRule('old') });
    const run = await open({ rules: [path] });
    change(path);
    await logged(run, LOADED);
    await run.processor.consumeLogs([startOf('old'), startOf('new')]);
    await end(run);
    assert.deepEqual(bodies(run), then);
  });
}

test('rules are loaded again when a link is hung on other files, as kubelet does with a ConfigMap', async () => {
  const path = folder({});
  for (const [version, program] of [
    ['..1', 'old'],
    ['..2', 'new'],
  ] as const) {
    mkdirSync(join(path, version));
    writeFileSync(join(path, version, 'a.yml'), smallRule(program));
  }
  const hang = (version: string): void => {
    symlinkSync(version, join(path, '..tmp'), 'junction');
    renameSync(join(path, '..tmp'), join(path, '..data'));
  };
  hang('..1');
  symlinkSync(join('..data', 'a.yml'), join(path, 'a.yml'));
  const run = await open({ rules: [path] });
  hang('..2');
  await logged(run, LOADED);
  await run.processor.consumeLogs([startOf('old'), startOf('new')]);
  await end(run);
  assert.deepEqual(bodies(run), ['new runs']);
});

const BROKEN = 'title: broken\nlogsource: {product: windows}\ndetection: {a: {F|re: "("}, condition: a}\n';

test('a set that is worse is refused with its errors, and the old one runs until it is put right', async () => {
  const path = folder({ 'a.yml': smallRule('old') });
  const run = await open({ rules: [path] });
  writeFileSync(join(path, 'a.yml'), smallRule('new') + BROKEN);
  await logged(run, REFUSED);
  await run.processor.consumeLogs([startOf('old'), startOf('new')]);
  assert.deepEqual(bodies(run), ['old runs']);
  assert.match(run.logged.join('\n'), /rule not loaded: .*a\.yml:11:23: error parsing regexp/);
  writeFileSync(join(path, 'a.yml'), smallRule('new'));
  await logged(run, LOADED);
  await run.processor.consumeLogs([startOf('old'), startOf('new')]);
  await end(run);
  assert.deepEqual(bodies(run), ['old runs', 'new runs']);
});

test('what could not be loaded at the start keeps nobody from changing other rules', async () => {
  const path = folder({ 'a.yml': smallRule('old'), 'b.yml': BROKEN });
  const run = await open({ rules: [path] });
  writeFileSync(join(path, 'a.yml'), smallRule('new'));
  await logged(run, LOADED);
  await run.processor.consumeLogs([startOf('new')]);
  await end(run);
  assert.deepEqual(bodies(run), ['new runs']);
});

test('rules that are gone are refused', async () => {
  const path = folder({ 'a.yml': smallRule('old') });
  const run = await open({ rules: [path] });
  rmSync(path, { recursive: true });
  await logged(run, REFUSED);
  await run.processor.consumeLogs([startOf('old')]);
  await end(run);
  assert.deepEqual(bodies(run), ['old runs']);
});

const thrice = (more: string): string => `${smallRule('old')}title: Thrice
name: thrice
correlation: {type: event_count, rules: [old], timespan: 1m, condition: {gte: 3}${more}}
`;
const counted: readonly [what: string, before: string, after: string, bodies: readonly string[]][] = [
  ['goes on when other rules change', thrice(''), smallRule('new') + thrice(''), ['Thrice']],
  ['goes on when the rules it counts change', thrice(''), thrice('').replace('high', 'low'), ['Thrice']],
  ['begins anew when it counts otherwise', thrice(''), thrice(', group-by: [Image]'), []],
];
for (const [what, before, then, found] of counted) {
  test(`what a correlation has counted ${what}`, async () => {
    const path = folder({ 'a.yml': before });
    const run = await open({ rules: [path] });
    await run.processor.consumeLogs([startOf('old', 0), startOf('old', 1)]);
    writeFileSync(join(path, 'a.yml'), then);
    await logged(run, LOADED);
    await run.processor.consumeLogs([startOf('old', 2)]);
    await end(run);
    assert.deepEqual(bodies(run), found);
  });
}

test('while records flow, none is lost and each is judged once, by the old or the new rules', async () => {
  const many = (prefix: string): string =>
    Array.from({ length: 400 }, (_, i) => smallRule(`${prefix}${i}`)).join('');
  const rules = (version: number): string =>
    smallRule('tool').replace('tool runs', `version ${version}`) + many(`v${version}-`);
  const path = folder({ 'a.yml': rules(0) });
  const run = await open({ rules: [path], emit: 'all' });
  let sent = 0;
  for (let version = 1; version <= 3; version++) {
    writeFileSync(join(path, 'a.yml'), rules(version));
    while (run.logged.filter((line) => line === LOADED).length < version) {
      const batch = Array.from({ length: 50 }, () => startOf('tool', sent++));
      await run.processor.consumeLogs(batch);
      await setTimeout(1);
    }
  }
  await run.processor.consumeLogs([startOf('tool', sent++)]);
  await end(run);
  const told = bodies(run).filter((body) => String(body).startsWith('version'));
  assert.equal(told.length, sent);
  // The versions come in their order, each record has one.
  assert.deepEqual(
    told,
    told.map(String).toSorted((a, b) => (a < b ? -1 : 1)),
  );
  assert.equal(told.at(-1), 'version 3');
  const { taken, made, emitted } = run.account;
  assert.deepEqual([taken, made, emitted, run.account.imbalance()], [sent, sent, 2 * sent, 0]);
  const [tool] = run.account.status.shown('rules').flat();
  assert.deepEqual([tool?.id, tool?.matches, tool?.evaluations], ['tool', sent, sent]);
});

test('a path that names nothing does not start; a glob and an empty folder may be filled later', async () => {
  const file = join(folder({ 'a.yml': smallRule('old') }), 'a.yml');
  await assert.rejects(
    open({ rules: [file, join(scratch, 'none')] }),
    /none: no such file or folder of rules/,
  );
  const empty = folder({});
  const run = await open({ rules: [file, empty, join(empty, 'x*.yml')] });
  writeFileSync(join(empty, 'b.yml'), smallRule('new'));
  await logged(run, LOADED);
  await end(run);
  assert.equal(run.account.status.shown('rules').flat().length, 2);
});

test('exceptions in a file are read again with the rules', async () => {
  const path = folder({ 'a.yml': smallRule('old') });
  const file = join(folder({ 'e.yaml': 'exceptions: []\n' }), 'e.yaml');
  const run = await open({ rules: [path], exception_files: [file] });
  writeFileSync(file, 'exceptions: [{rules: [old], owner: shop, expires: 2099-01-01, reason: known}]\n');
  await logged(run, LOADED);
  await run.processor.consumeLogs([startOf('old')]);
  await end(run);
  assert.deepEqual(bodies(run), []);
});
