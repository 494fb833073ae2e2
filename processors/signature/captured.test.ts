import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capture, CaptureExtension, CaptureOutcome } from '../../src/capture/capture.ts';
import { Attr } from '../../src/model/attributes.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { hostWith } from '../../test/support/hosts.ts';
import {
  bodies,
  openSignatures,
  ruleFolder,
  ruleText,
  started,
} from '../../test/support/signature_processor.ts';

const rulesIn = ruleFolder();
const rules = rulesIn('rules.yml', ruleText('tool', 'high') + ruleText('other', 'low'));
const NEVER = new AbortController().signal;

/** An extension that captures when a test says so. */
class FakeCapture implements CaptureExtension, Capture {
  readonly capture = this;
  readonly asked: { readonly uid: string; readonly answer: (outcome: CaptureOutcome) => void }[] = [];
  async start(): Promise<void> {}
  async shutdown(): Promise<void> {}
  readonly tap = () => () => {};
  wants(level: string): boolean {
    return level === 'high';
  }
  take(uid: string, giveUp: AbortSignal): Promise<CaptureOutcome> {
    const { promise, resolve } = Promise.withResolvers<CaptureOutcome>();
    this.asked.push({ uid, answer: resolve });
    giveUp.addEventListener('abort', () =>
      resolve({ kind: 'captured', paths: ['given-up.etl'], sha256: undefined }),
    );
    return promise;
  }
}

const written = (path: string): CaptureOutcome => ({ kind: 'captured', paths: [path], sha256: ['ab'] });
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function open(config: object = {}) {
  const capture = new FakeCapture();
  const host = hostWith({ capture });
  const run = await openSignatures(
    { builtin: false, rules: [rules], capture: 'capture', ...config },
    [],
    host,
  );
  const told = () =>
    run.seen
      .flat()
      .filter(({ eventName }) => eventName === 'sigel.detection')
      .map((record) => [record.body, record.get(Attr.capturePaths), record.get(Attr.captureSha256)]);
  return { ...run, capture, told };
}

test('a detection of the wanted level waits for its capture and names it; others name none', async () => {
  const run = await open();
  const taken = run.processor.consumeLogs([started('other'), started('tool'), started('tool', 1)]);
  await turn();
  assert.equal(run.seen.length, 0);
  assert.equal(run.capture.asked.length, 1, 'one for a batch');
  run.capture.asked[0]?.answer(written('a.etl'));
  assert.deepEqual(await taken, ACCEPTED);
  assert.deepEqual(run.told(), [
    ['The other runs', undefined, undefined],
    ['The tool runs', ['a.etl'], ['ab']],
    ['The tool runs', ['a.etl'], ['ab']],
  ]);
  const first = run.seen.flat().find(({ body }) => body === 'The tool runs');
  assert.equal(run.capture.asked[0]?.uid, first?.get(Attr.logRecordUid));
  await run.processor.shutdown(NEVER);
  assert.equal(run.account.imbalance(), 0);
});

test('what comes while a capture is written stays behind it, in order', async () => {
  const run = await open();
  const all = [
    [started('tool', 0)],
    [started('calm', 1)],
    [started('other', 2)],
    [started('tool', 3)],
    [started('calm', 4)],
  ].map((batch) => run.processor.consumeLogs(batch));
  await turn();
  assert.equal(run.seen.length, 0);
  run.capture.asked[0]?.answer(written('a.etl'));
  await turn();
  const before = ['C:\\tool.exe', 'The tool runs', 'C:\\calm.exe', 'C:\\other.exe', 'The other runs'];
  assert.deepEqual(bodies(run), before);
  run.capture.asked[1]?.answer({ kind: 'skipped', reason: 'cool_down' });
  await Promise.all(all);
  assert.deepEqual(bodies(run), [...before, 'C:\\tool.exe', 'The tool runs', 'C:\\calm.exe']);
  await run.processor.consumeLogs([started('calm', 5)]);
  assert.equal(bodies(run).at(-1), 'C:\\calm.exe');
  assert.equal(run.account.imbalance(), 0);
  await run.processor.shutdown(NEVER);
});

test('a shutdown waits for no capture beyond its deadline', async () => {
  const run = await open();
  const taken = run.processor.consumeLogs([started('tool')]);
  await turn();
  await run.processor.shutdown(AbortSignal.abort());
  assert.deepEqual(await taken, ACCEPTED);
  assert.deepEqual(run.told(), [['The tool runs', ['given-up.etl'], undefined]]);
  assert.equal(run.account.imbalance(), 0);
});

test('an extension that captures nothing keeps the processor from starting', async () => {
  const host = hostWith({ capture: { start: async () => {}, shutdown: async () => {} } });
  const opening = openSignatures({ builtin: false, rules: [rules], capture: 'capture' }, [], host);
  await assert.rejects(opening, /extension "capture" captures nothing/);
});
