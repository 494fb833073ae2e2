/** Signatures of users in their thread: what they find, and what becomes of those that misbehave. */
import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { folderOf, signatureText } from '../../test/support/signature_files.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { CodeDetection } from '../sigma/detector.ts';
import { Signatures } from './signatures.ts';

interface Opened {
  readonly signatures: Signatures;
  readonly logged: string[];
  judge(...records: readonly LogRecord[]): Promise<string[]>;
}

const NEVER = new AbortController().signal;
// A test that fails must not leave its thread behind.
const all: Signatures[] = [];
after(() => Promise.all(all.map((one) => one.end(AbortSignal.abort()))));
const LIMITS = { deadline: 20_000, memory: 64 << 20 };

async function open(folder: string, limits = LIMITS): Promise<Opened> {
  const logged: string[] = [];
  const log = (message: string, facts = {}): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const logger = { debug: log, info: log, warn: log, error: log };
  const signatures = new Signatures({ builtin: [], folders: [folder], limits, selection: {}, logger });
  all.push(signatures);
  await signatures.start();
  const judge = async (...records: readonly LogRecord[]): Promise<string[]> => {
    const { detections } = await signatures.judge(records);
    return [...detections.values()].flat().map(told);
  };
  return { signatures, logged, judge };
}

const told = ({ rule, record, data }: CodeDetection): string =>
  `${rule.metadata.id} ${record.get(Attr.processPid)}${data === undefined ? '' : ` ${JSON.stringify(data)}`}`;

/** A process that starts, at a second. */
const started = (pid: number, second = 0): LogRecord =>
  logRecord(pid, { hrTime: [1_700_000_000 + second, pid] });
const EACH = 'return { onEvent: (record) => context.emit({ record }) };';
const NEVER_ENDING = 'return { onEvent: (record) => { if (record.pid === 2) for (;;); context.emit(); } };';

test('one in TypeScript finds things by typed attributes, also in a record that it kept', async () => {
  const create = `let first: import('sigel/signature').SignatureRecord | undefined;
  return { onEvent(record) {
    first ??= record;
    const line: string = record.attributes['process.command_line'] ?? '';
    if (line.endsWith('3')) context.emit({ record: first, data: { line, of: first.resource['host.name'] ?? '' } });
  } };`;
  const opened = await open(folderOf({ 'one.ts': signatureText('one', create) }));
  assert.deepEqual(await opened.judge(started(1), started(2)), []);
  const told = 'one 1 {"line":"C:\\\\Windows\\\\tool.exe /n 3","of":"node-1"}';
  assert.deepEqual(await opened.judge(started(3)), [told]);
  assert.deepEqual(opened.logged, []);
  assert.deepEqual(await opened.signatures.end(NEVER), []);
});

test('its timers go on with the time of events that it does not see', async () => {
  const create = 'return { onEvent(record) { context.after(1000, () => context.emit({ record })); } };';
  const opened = await open(folderOf({ 'one.js': signatureText('one', create) }));
  const other = (second: number): LogRecord =>
    logRecord(9, { eventName: 'other', hrTime: [1_700_000_000 + second, 0] });
  assert.deepEqual(await opened.judge(started(1), other(0)), []);
  assert.deepEqual(await opened.judge(other(2)), ['one 1']);
  await opened.signatures.end(NEVER);
});

test('where a detection stands, and that an event alone can be told at the end', async () => {
  const create = `let last; return {
    onEvent(record) { last = record; if (record.pid % 2 === 1) context.emit(); },
    onSignal(signal) { context.emit({ record: last, data: { signal: signal.kind } }); },
    close() { throw new Error('too late to matter'); },
  };`;
  const { signatures } = await open(folderOf({ 'one.js': signatureText('one', create) }));
  const other = logRecord(4, { eventName: 'other' });
  const { detections, isCounted } = await signatures.judge([other, started(1), started(2), started(3)]);
  assert.deepEqual([...detections.keys()], [1, 3]);
  assert.equal(isCounted, true);
  assert.equal((await signatures.judge([other])).isCounted, false);
  assert.deepEqual((await signatures.end(NEVER)).map(told), ['one 3 {"signal":"end"}']);
});

const bad: readonly [title: string, create: string, limits: Partial<typeof LIMITS>, reason: RegExp][] = [
  ['hangs', NEVER_ENDING, { deadline: 300 }, /took longer than 300 ms/],
  [
    'takes all memory',
    'const all = []; return { onEvent: (record) => { if (record.pid === 2) for (;;) all.push({ a: [1, 2, 3] }); context.emit(); } };',
    { memory: 32 << 20 },
    /used more than 32 MiB/,
  ],
  [
    'ends its thread',
    'return { onEvent: (record) => { if (record.pid === 2) process.exit(3); context.emit(); } };',
    {},
    /ended its thread/,
  ],
];
for (const [title, create, limits, reason] of bad) {
  test(`one that ${title} is disabled; nothing of the others and of the batch is lost`, async () => {
    const files = { 'bad.js': signatureText('bad', create), 'good.js': signatureText('good', EACH) };
    const opened = await open(folderOf(files), { ...LIMITS, ...limits });
    const ahead = opened.judge(started(1));
    const all = [ahead, opened.judge(started(1), started(2), started(3)), opened.judge(started(4))];
    const [first, second, third] = await Promise.all(all);
    assert.deepEqual(first, ['bad 1', 'good 1']);
    assert.deepEqual(second, ['good 1', 'good 2', 'good 3']);
    assert.deepEqual(third, ['good 4']);
    assert.match(opened.logged.join('\n'), reason);
    assert.match(opened.logged.join('\n'), /a signature does not run any more.*bad\.js/);
    assert.deepEqual([opened.signatures.errors, opened.signatures.disabled], [1, 1]);
    await opened.signatures.end(NEVER);
  });
}

const forged: readonly [title: string, message: string][] = [
  ['nothing', 'null'],
  ['what was not asked', '{ kind: "loaded" }'],
  ['what cannot be', '{ kind: "ran", mishaps: [], found: [{ number: 0, place: 0, about: 7 }] }'],
  ['half an answer', '{ kind: "ran" }'],
];
for (const [title, message] of forged) {
  test(`one that answers ${title} in the name of its thread: records go on without signatures`, async () => {
    const create = `const { parentPort } = process.getBuiltinModule('node:worker_threads');
    return { onEvent: () => parentPort.postMessage(${message}) };`;
    const opened = await open(folderOf({ 'bad.js': signatureText('bad', create) }));
    for (let n = 1; n <= 4; n++) assert.deepEqual(await opened.judge(started(n)), []);
    assert.match(opened.logged.join('\n'), /a signature does not run any more.*bad\.js/);
    assert.equal(opened.signatures.disabled, 1);
    assert.deepEqual(await opened.signatures.end(NEVER), []);
  });
}

test('one that throws is counted, and disabled when it throws often', async () => {
  const create = 'return { onEvent: () => { throw new Error("broken\\nline"); } };';
  const files = { 'bad.js': signatureText('bad', create), 'good.js': signatureText('good', EACH) };
  const opened = await open(folderOf(files));
  const pids = Array.from({ length: 12 }, (_, i) => i + 1);
  assert.equal((await opened.judge(...pids.map((pid) => started(pid)))).length, 12);
  assert.deepEqual([opened.signatures.errors, opened.signatures.disabled], [10, 1]);
  assert.match(opened.logged[0] ?? '', /a signature failed .*bad\.js.*Error: broken line/);
  await opened.signatures.end(NEVER);
});

test('a promise that a signature leaves behind is told and ends nothing', async () => {
  const create =
    'return { onEvent: async (record) => { context.emit(); await null; throw new Error("later"); } };';
  const opened = await open(folderOf({ 'one.js': signatureText('one', create) }));
  assert.deepEqual(await opened.judge(started(1)), ['one 1']);
  assert.deepEqual(await opened.judge(started(2)), ['one 2']);
  assert.match(opened.logged.join('\n'), /a signature failed .*later/);
  await opened.signatures.end(NEVER);
});

test('an end that nobody answers is given up at the deadline', async () => {
  const create = 'return { onEvent() {}, onSignal() { for (;;); } };';
  const opened = await open(folderOf({ 'one.js': signatureText('one', create) }));
  assert.deepEqual(await opened.signatures.end(AbortSignal.abort()), []);
});

const refused: readonly [title: string, text: string, reason: RegExp][] = [
  ['no signature', 'export const other = 1;', /exports no `signature`/],
  ['a newer interface', signatureText('one', EACH, 'apiVersion: 2,'), /apiVersion: this Sigel has version 1/],
  ['no events', signatureText('one', EACH, 'events: [],'), /events: Too small/],
  ['an unknown level', signatureText('one', EACH, "level: 'severe',"), /level: Invalid option/],
  ['nothing created', signatureText('one', ''), /create: what it returned has no onEvent/],
  ['a syntax error', 'export const signature = {', /SyntaxError/],
  [
    'TypeScript that is more than types',
    `enum A { B }\n${signatureText('one', EACH)}`,
    /enum is not supported/,
  ],
  [
    'an import from elsewhere',
    `import '../elsewhere.js';\n${signatureText('one', EACH)}`,
    /Cannot find module/,
  ],
  [
    'an import of a package',
    `import 'yaml';\n${signatureText('one', EACH)}`,
    /Cannot find package|lies outside of its folder/,
  ],
  ['an end of the thread', 'process.exit(1);', /ended its thread/],
];
test('what cannot be loaded is told, each with its reason; the others run', async (t) => {
  const files = Object.fromEntries(refused.map(([, text], i) => [`${i}.ts`, text]));
  const opened = await open(folderOf({ ...files, 'good.ts': signatureText('good', EACH) }));
  for (const [i, [title, , reason]] of refused.entries()) {
    await t.test(title, () => {
      const line = opened.logged.find((one) => one.includes(`${i}.ts`));
      assert.match(line ?? '', reason);
    });
  }
  assert.deepEqual(await opened.judge(started(1)), ['good 1']);
  assert.equal(opened.signatures.disabled, refused.length);
  await opened.signatures.end(NEVER);
});

test('a second signature of one id is not loaded', async () => {
  const opened = await open(
    folderOf({ 'a.js': signatureText('one', EACH), 'b.js': signatureText('one', EACH) }),
  );
  assert.deepEqual(await opened.judge(started(1)), ['one 1']);
  assert.match(opened.logged.join(), /b\.js.*id: one is another signature's/);
  await opened.signatures.end(NEVER);
});

test('a record that a signature made up is told, and is no detection', async () => {
  const create = 'return { onEvent: (record) => context.emit({ record: { ...record, told: 1 } }) };';
  const opened = await open(folderOf({ 'one.js': signatureText('one', create) }));
  assert.deepEqual(await opened.judge(started(1)), []);
  assert.match(opened.logged.join(), /a signature failed .*record is none that was given/);
  await opened.signatures.end(NEVER);
});

test('what lies below the folder may be imported and is no signature; tests are none', async () => {
  const folder = folderOf({
    'one.ts': `import { each } from './lib/each.ts';\n${signatureText('one', 'return each(context);')}`,
    'lib/each.ts': `import type { SignatureContext } from 'sigel/signature';
export const each = (context: SignatureContext) => ({ onEvent: () => context.emit() });`,
    'one.test.ts': 'throw new Error("run")',
    'README.md': '# Ours',
  });
  const opened = await open(folder);
  assert.deepEqual(await opened.judge(started(1)), ['one 1']);
  assert.deepEqual(opened.logged, []);
  await opened.signatures.end(NEVER);
});

const unsafe: readonly [title: string, spoil: (folder: string) => void, reason: RegExp][] = [
  [
    'a file that others may write',
    (folder) => chmodSync(join(folder, 'one.js'), 0o666),
    /one\.js can be written by others/,
  ],
  [
    'a helper that a group may write',
    (folder) => chmodSync(join(folder, 'lib/a.js'), 0o664),
    /a\.js can be written by others/,
  ],
  ['a folder that others may write', (folder) => chmodSync(folder, 0o777), /can be written by others/],
  ['a link', (folder) => symlinkSync('/etc/passwd', join(folder, 'x.js')), /x\.js is a link/],
];
for (const [title, spoil, reason] of unsafe) {
  test(`a folder is refused for ${title}`, {
    skip: process.platform === 'win32' && 'no mode bits',
  }, async () => {
    const folder = folderOf({ 'one.js': signatureText('one', EACH), 'lib/a.js': '' });
    spoil(folder);
    await assert.rejects(open(folder), reason);
  });
}

test('a folder that is not there is refused', async () => {
  await assert.rejects(open('/no/such/folder'), /the folder of signatures \/no\/such\/folder cannot be read/);
});
