import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CaptureOutcome } from '../../src/capture/capture.ts';
import { Clock } from '../../src/etw/clock.ts';
import { BUFFER_HEADER_SIZE } from '../../src/etw/constants.ts';
import { readLogHeader } from '../../src/etw/log_header.ts';
import { makePosixFolder } from '../../src/windows/host/private_folder.ts';
import { readBack } from '../../test/scenario/read_back.ts';
import { scenario } from '../../test/scenario/scenario.ts';
import { flushedBuffers } from '../../test/support/fake_etw.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { contextOf } from '../../test/support/live_receiver.ts';
import { captureConfig } from './config.ts';
import { Capturing } from './extension.ts';

const root = mkdtempSync(join(tmpdir(), 'sigel-capture-'));
after(() => rmSync(root, { recursive: true, force: true }));

const SIZE = 16_384;
const NEVER = new AbortController().signal;
const UID = '3ed5df6f084e5f46529178e24351a92f';

const s = scenario({ session: { bufferSize: SIZE } });
const shell = s.process('cmd.exe');
for (let i = 0; i < 60; i++) shell.starts(`whoami.exe ${i}`).exits(0);
const trace = s.trace();
const [header = assert.fail(), ...buffers] = flushedBuffers(trace);

interface Opened {
  readonly capture: Capturing;
  readonly folder: string;
  readonly trouble: () => readonly string[];
}

let folders = 0;
async function opened(config: object = {}, before: (folder: string) => void = () => {}): Promise<Opened> {
  const folder = join(root, `${folders++}`);
  makePosixFolder(folder);
  before(folder);
  const context = contextOf('capture');
  const parsed = captureConfig.parse({ directory: folder, ...config });
  const capture = new Capturing(context, parsed, () => Promise.resolve(makePosixFolder));
  await capture.start(hostWith());
  context.account.status.enter('ok');
  return { capture, folder, trouble: () => context.account.status.now().reasons };
}

/** Gives it what a session has flushed; its clock is `ahead` seconds of what the trace says. */
function fill({ capture }: Opened, ahead = 0): void {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const read = readLogHeader(view, BUFFER_HEADER_SIZE, header.length);
  assert.ok(typeof read !== 'string');
  const start =
    (BigInt(read.startTime.high) << 32n) + BigInt(read.startTime.low) + BigInt(ahead) * 10_000_000n;
  const clock = new Clock(read.headerTime, read.perfFreq, {
    high: Number(start >> 32n),
    low: Number(start & 0xffffffffn),
  });
  const tap = capture.tap({ name: 'shop events', bufferSize: SIZE, header, clock });
  for (const buffer of buffers) tap(buffer);
}

const reasonOf = (outcome: CaptureOutcome): string =>
  outcome.kind === 'skipped' ? outcome.reason : outcome.kind;
const eventsOf = (...files: Uint8Array[]) =>
  readBack(...files).events.filter(({ providerName }) => providerName !== 'EventTrace');

test('what is kept becomes a trace that is read like the session’s, for its owner alone, with its SHA-256', async () => {
  const run = await opened();
  fill(run);
  const outcome = await run.capture.take(UID, NEVER);
  assert.ok(outcome.kind === 'captured');
  const [path = assert.fail(), ...others] = outcome.paths;
  assert.deepEqual(others, []);
  assert.match(path.slice(run.folder.length), /^.capture-\d{8}T\d{6}Z-3ed5df6f084e5f46\.shop_events\.etl$/);
  const bytes = readFileSync(path);
  assert.deepEqual(outcome.sha256, [createHash('sha256').update(bytes).digest('hex')]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(run.folder).mode & 0o777, 0o700);
  assert.deepEqual(eventsOf(bytes), eventsOf(trace));
  assert.equal(bytes.length, SIZE * (buffers.length + 1));
  await run.capture.shutdown(NEVER);
});

test('the file’s times are those of the records, where the session’s counter has drifted', async () => {
  const run = await opened();
  fill(run, 7);
  const outcome = await run.capture.take(UID, NEVER);
  assert.ok(outcome.kind === 'captured');
  const wanted = eventsOf(trace);
  const differences = eventsOf(readFileSync(outcome.paths[0] ?? '')).map(({ seconds, nanoseconds }, i) => {
    const { seconds: from = 0, nanoseconds: fromNanoseconds = 0 } = wanted[i] ?? {};
    return (seconds - from) * 1e9 + nanoseconds - fromNanoseconds;
  });
  assert.ok(differences.length > 100);
  assert.ok(
    differences.every((nanoseconds) => Math.abs(nanoseconds - 7e9) <= 1000),
    String(differences[0]),
  );
  await run.capture.shutdown(NEVER);
});

const OLD = 'capture-20260101T000000Z-3ed5df6f.x.etl';
const old =
  (name: string, size = 10) =>
  (folder: string) => {
    writeFileSync(join(folder, name), new Uint8Array(size));
    utimesSync(join(folder, name), 1_767_225_600, 1_767_225_600);
  };

for (const [title, config, before, wanted, left] of [
  ['nothing has come', { isEmpty: true }, undefined, ['nothing'], 0],
  ['one after the other', {}, undefined, ['captured', 'cool_down', 'cool_down'], 1],
  ['it finds no room', { max_disk: SIZE }, undefined, ['quota', 'cool_down'], 0],
  [
    'there is no room beside what is not too old',
    { max_disk: SIZE * (buffers.length + 1), retention: '0s' },
    old(OLD),
    ['quota'],
    1,
  ],
  ['what is too old makes room', { max_disk: SIZE * (buffers.length + 1) }, old(OLD), ['captured'], 1],
  ['what was never finished goes', { retention: '0s' }, old(`${OLD}.part`), ['captured'], 1],
  [
    'what is not its own stays, and is not counted',
    { max_disk: SIZE * (buffers.length + 1) },
    old('notes.txt'),
    ['captured'],
    2,
  ],
] satisfies [string, object, ((folder: string) => void) | undefined, string[], number][])
  test(`a detection is made: ${title}`, async () => {
    const { isEmpty = false, ...rest } = config as { isEmpty?: boolean };
    const run = await opened(rest, before);
    if (!isEmpty) fill(run);
    const found: string[] = [];
    for (const _ of wanted) found.push(reasonOf(await run.capture.take(UID, NEVER)));
    assert.deepEqual(found, wanted);
    assert.equal(readdirSync(run.folder).length, left);
    await run.capture.shutdown(NEVER);
  });

test('a folder that has gone: told, and nothing else happens', async () => {
  const run = await opened();
  fill(run);
  rmSync(run.folder, { recursive: true });
  assert.equal(reasonOf(await run.capture.take(UID, NEVER)), 'failed');
  assert.match(run.trouble()[0] ?? '', /^a capture could not be written: ENOENT/);
  await run.capture.shutdown(NEVER);
});

test('nobody waits longer than wanted: the paths alone; at the end what is not written is removed', async () => {
  const run = await opened();
  fill(run);
  const outcome = await run.capture.take(UID, AbortSignal.abort());
  assert.ok(outcome.kind === 'captured' && outcome.sha256 === undefined && outcome.paths.length === 1);
  await run.capture.shutdown(AbortSignal.abort());
  assert.deepEqual(readdirSync(run.folder), []);
});

for (const [level, wants] of [
  ['medium', false],
  ['high', true],
  ['critical', true],
] as const)
  test(`a detection of level ${level} is ${wants ? '' : 'not '}captured`, async () => {
    const run = await opened();
    assert.equal(run.capture.wants(level), wants);
    await run.capture.shutdown(NEVER);
  });
