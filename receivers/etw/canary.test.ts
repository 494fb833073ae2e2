import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ReceiverContext } from '../../src/component.ts';
import { CANARY } from '../../src/etw/events/sigel.ts';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { componentView, extensionContext, serviceView } from '../../test/support/service_view.ts';
import { Canary } from './canary.ts';

const SHAPE = new Shape([Attr.canaryId]);
const SECOND = 1000;
const SESSIONS = [
  { name: 'lifecycle', keyword: 1n },
  { name: 'events', keyword: 2n },
];

/** Canaries of an interval of a second, rules that have found `rules.found`, and a clock that the test moves. */
function setUp(t: TestContext, answer: () => Outcome = () => ACCEPTED) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const rules = { found: 0 };
  const signature = componentView('processor', 'signature', 'logs');
  signature.account.status.show('canaries', () => rules.found);
  // Of another pipeline: nothing of this receiver comes there.
  const other = componentView('processor', 'signature', 'logs/evtx');
  other.account.status.show('canaries', () => 0);
  const pipelines = [
    { id: 'logs', receivers: ['etw'], processors: ['signature'], exporters: [] },
    { id: 'logs/evtx', receivers: ['evtx'], processors: ['signature'], exporters: [] },
  ];
  const warnings: string[] = [];
  const account = new Account('receiver etw', 'receiver');
  account.status.enter('ok');
  const context: ReceiverContext = {
    ...extensionContext('etw', serviceView([signature, other], pipelines)),
    account,
    logger: {
      ...SILENT,
      warn: (message, facts) => void warnings.push(`${message} ${String(facts?.['session'])}`),
    },
  };
  const canary = new Canary(context, { consumeLogs: async () => answer() }, SECOND);
  const written = new Map<bigint, string>();
  canary.start(SESSIONS, {
    write: (keyword, text) => {
      written.set(keyword, text);
      return { kind: 'ok', value: undefined };
    },
    close: () => {},
  });
  return {
    rules,
    warnings,
    pass: (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        now += SECOND;
        t.mock.timers.tick(SECOND);
      }
    },
    textOf: (keyword: bigint) => written.get(keyword) ?? assert.fail('none was written'),
    comes: (text: string) =>
      canary.consumeLogs([logRecord(1, { eventName: CANARY, own: { shape: SHAPE, values: [text] } })]),
    reasons: () => account.status.now().reasons,
  };
}

test('canaries that come back leave nothing to be said', async (t) => {
  const { pass, rules, textOf, comes, reasons, warnings } = setUp(t);
  for (let i = 0; i < 10; i++) {
    pass(1);
    rules.found += 2;
    for (const { keyword } of SESSIONS) await comes(textOf(keyword));
  }
  assert.deepEqual([reasons(), warnings], [[], []]);
});

test('each session is waited for by itself, and told after three intervals', async (t) => {
  const { pass, rules, textOf, comes, reasons, warnings } = setUp(t);
  for (let i = 0; i < 5; i++) {
    pass(1);
    rules.found++;
    await comes(textOf(1n));
  }
  assert.deepEqual(reasons(), ['no canary of session events has come back for 5 s']);
  assert.deepEqual(warnings, Array(2).fill('a canary has not come back events'));
  rules.found++;
  await comes(textOf(2n));
  assert.deepEqual(reasons(), []);
});

const NOT_BACK: readonly [title: string, answer: Outcome, found: number, text: (own: string) => string][] = [
  ['nobody has acknowledged', retryLater('full'), 1, (own) => own],
  ['no rule has found', ACCEPTED, 0, (own) => own],
  ['somebody else has written', ACCEPTED, 1, () => 'guessed'],
];
for (const [title, answer, found, text] of NOT_BACK)
  test(`one that ${title} has not come back`, async (t) => {
    const { pass, rules, textOf, comes, reasons } = setUp(t, () => answer);
    pass(4);
    rules.found += found;
    for (const { keyword } of SESSIONS) await comes(text(textOf(keyword)));
    assert.deepEqual(reasons(), ['no canary of session lifecycle has come back for 4 s']);
  });
