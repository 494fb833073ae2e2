import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReadEvent, readBack } from '../../test/scenario/read_back.ts';
import { scenario } from '../../test/scenario/scenario.ts';
import { runCli, TestIo } from '../../test/support/cli_io.ts';
import { FakeContainerd } from '../../test/support/fake_containerd.ts';
import { fakePlatform } from '../../test/support/live_receiver.ts';
import { sessionsConfig } from '../windows/live/sessions_config.ts';
import { containersOptions } from './containers/options.ts';
import type { RecordOptions, WantedJournal } from './record/options.ts';
import { recordSessions } from './record/record.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-record-'));
after(() => rmSync(folder, { recursive: true }));

const story = scenario({ kernel: 'separate', cpus: 2, session: { bufferSize: 16_384 } });
const shell = story.process('cmd.exe');
for (let i = 0; i < 150; i++) shell.starts(`whoami.exe ${i}`).exits(0);
const TWO = [
  { name: 'events', trace: story.trace() },
  { name: 'kernel logger', trace: story.kernelTrace() },
];

const OPTIONS: Omit<RecordOptions, 'path'> = {
  duration: undefined,
  maxFileSize: undefined,
  maxFiles: undefined,
  maxBlock: 60_000,
  consumption: undefined,
  containers: undefined,
};

interface Recorded {
  readonly done: boolean;
  readonly files: readonly string[];
  readonly stderr: string;
}

/** Records fake sessions until what is there was written, then as Ctrl+C does. */
async function recorded(
  options: Partial<RecordOptions>,
  sessions = TWO,
  interrupt = true,
): Promise<Recorded> {
  const out = mkdtempSync(join(folder, 'run-'));
  const io = new TestIo();
  const platform = fakePlatform(out, sessions);
  const all = { ...OPTIONS, path: join(out, 'trace.etl'), ...options };
  const running = recordSessions(sessionsConfig.parse({}), all, io, () => Promise.resolve(platform));
  if (interrupt) {
    await sleep(400);
    io.interrupt();
  }
  const done = await running;
  return {
    done,
    files: io
      .out()
      .split('\n')
      .filter((line) => line !== ''),
    stderr: io.err(),
  };
}

const facts = ({ providerName, id, opcode, seconds, nanoseconds, payload }: ReadEvent) => ({
  providerName,
  id,
  opcode,
  seconds,
  nanoseconds,
  payload,
});
const events = (...files: Uint8Array[]) =>
  readBack(...files)
    .events.filter(({ providerName }) => providerName !== 'EventTrace')
    .map(facts);

for (const consumption of ['raw', 'record'] as const) {
  test(`${consumption}: the files of two sessions are together what they were`, async () => {
    const { done, files, stderr } = await recorded({ consumption });
    assert.ok(done, stderr);
    assert.deepEqual(
      files.map((file) => file.slice(file.lastIndexOf('/') + 1)),
      ['trace.events.etl', 'trace.kernel_logger.etl'],
    );
    const traces = files.map((file) => readFileSync(file));
    assert.deepEqual(events(...traces), events(...TWO.map(({ trace }) => trace)));
    assert.match(stderr, /session events: \d+ buffers, 0\.\d MiB; 0 events and 0 buffers lost/);
  });
}

test('one session has the file that was named; a duration ends it', async () => {
  const { done, files } = await recorded({ duration: 300 }, TWO.slice(0, 1), false);
  assert.ok(done);
  assert.match(files[0] ?? '', /trace\.etl$/);
  assert.deepEqual(events(readFileSync(files[0] ?? '')), events(TWO[0]?.trace ?? assert.fail()));
});

test('a size ends it, or begins the next file', async () => {
  const one = await recorded({ maxFileSize: 40_000 }, TWO.slice(0, 1), false);
  assert.ok(one.done);
  assert.ok(readFileSync(one.files[0] ?? '').length <= 40_000);
  const many = await recorded({ maxFileSize: 40_000, maxFiles: 2 }, TWO.slice(0, 1));
  assert.equal(many.files.length, 2);
  assert.ok(many.files.every(existsSync));
});

test('a journal of containers is written beside the trace, when containerd answers', async () => {
  const fake = new FakeContainerd(join(folder, 'c.sock'));
  await fake.start();
  fake.create('k8s.io', { id: 'web' });
  fake.startTask('k8s.io', 'web', 42);
  const containers = journalAt(`unix://${fake.path}`, true);
  const { done, files, stderr } = await recorded({ containers }, TWO.slice(0, 1));
  fake.kill();
  assert.ok(done, stderr);
  const journal = files.find((file) => file.endsWith('trace.containers.ndjson')) ?? assert.fail();
  assert.match(readFileSync(journal, 'utf8'), /"kind":"start".*"id":"web","pid":42\}\n\{"kind":"synced"/);
});

for (const [title, isNeeded] of [
  ['that is not there is said', false],
  ['that is asked for and not there: nothing is recorded', true],
] as const) {
  test(`a containerd ${title}`, async () => {
    const containers = journalAt(`unix://${folder}/none.sock`, isNeeded);
    const { done, files, stderr } = await recorded({ containers, duration: 300 }, TWO.slice(0, 1), false);
    assert.equal(done, !isNeeded);
    assert.match(stderr, /without a journal of containers: containerd cannot be reached: unix:\/\//);
    assert.ok(files.every((file) => file.endsWith('trace.etl')));
    assert.equal(files.length, isNeeded ? 0 : 1);
  });
}

function journalAt(endpoint: string, isNeeded: boolean): WantedJournal {
  const options = containersOptions({ endpoint, namespace: ['*'] });
  assert.ok(typeof options !== 'string');
  return { ...options, isNeeded };
}

test('what cannot be written ends it, with the reason', async () => {
  const path = join(folder, 'a-folder.etl');
  mkdirSync(path);
  const { done, stderr } = await recorded({ path }, TWO.slice(0, 1), false);
  assert.equal(done, false);
  assert.match(stderr, /could not be written: EISDIR/);
});

for (const [title, args, said] of [
  ['no file', [], /name the file to write/],
  ['two files', ['a.etl', 'b.etl'], /unexpected argument "b.etl"/],
  ['a duration without a unit', ['a.etl', '--duration', '5'], /--duration takes a time such as 30s/],
  ['no size', ['a.etl', '--max-size', 'big'], /--max-size takes a size/],
  ['files without a size', ['a.etl', '--files', '3'], /--files needs --max-size/],
  ['another consumption', ['a.etl', '--consumption', 'whole'], /--consumption is auto, raw, record/],
  ['no endpoint', ['a.etl', '--containers', 'maybe'], /--containers is auto, no, or an endpoint/],
  ['an unknown preset', ['a.etl', '--preset', 'all'], /preset: .*security/],
  ['an unknown kernel group', ['a.etl', '--kernel', 'disk'], /kernel/],
  [
    'kernel groups of a preset',
    ['a.etl', '--preset', 'eolh', '--kernel', 'process'],
    /--kernel goes with --provider/,
  ],
  [
    'two sources',
    ['a.etl', '--config', 'yaml:receivers::etw::preset: eolh', '--preset', 'eolh'],
    /not by both/,
  ],
] as const) {
  test(`wrong usage: ${title}`, async () => {
    const { code, stderr } = await runCli(['record', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, said);
  });
}

test('elsewhere than on Windows it says what to do', { skip: process.platform === 'win32' }, async () => {
  const { code, stderr } = await runCli(['record', 'a.etl']);
  assert.equal(code, 2);
  assert.match(stderr, /need Windows, and this is \w+\. Record there, and replay the file here/);
});
