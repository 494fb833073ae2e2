/** Policies as signatures, with modules that answer as compiled ones do; test/interop/rego.test.ts has those of OPA itself. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { logRecord } from '../../../test/support/log_records.ts';
import { type PolicyAnswer, policyWasm } from '../../../test/support/policy_wasm.ts';
import { folderOf } from '../../../test/support/signature_files.ts';
import { writeTar } from '../../sigma/pack/tar.ts';
import { Signatures } from '../signatures.ts';

const METADATA = {
  id: 'P-1',
  version: '0.1.0',
  name: 'Policy',
  tags: ['attack.execution'],
  properties: { Severity: 3 },
};
const policy = (match: PolicyAnswer, changes: Readonly<Record<string, PolicyAnswer>> = {}): Uint8Array =>
  policyWasm({
    'eolh/P_1/eolh_match': match,
    'eolh/P_1/eolh_selected_events': { says: [{ source: 'sigel', name: 'process.*' }] },
    'eolh/P_1/__rego_metadoc__': { says: METADATA },
    ...changes,
  });

/** What policies in files of these names come to, and what is logged. */
async function judged(files: Readonly<Record<string, Uint8Array>>, deadline = 20_000) {
  const logged: string[] = [];
  const log = (message: string, facts = {}): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const signatures = new Signatures({
    builtin: [],
    folders: [folderOf(files)],
    limits: { deadline, memory: 64 << 20 },
    selection: {},
    logger: { debug: log, info: log, warn: log, error: log },
  });
  await signatures.start();
  const rules = signatures.rules.map(({ metadata: { id, title, level } }) => `${id} ${title} ${level}`);
  const { detections } = await signatures.judge([logRecord(1), logRecord(2, { eventName: 'other' })]);
  await signatures.end(AbortSignal.timeout(20_000));
  const found = [...detections.values()].flat().map(({ rule, data }) => ({
    id: rule.metadata.id,
    data: Object.fromEntries(Object.entries(data ?? {})),
  }));
  return { rules, found, logged };
}

const answers: readonly [title: string, says: unknown, data: object | undefined][] = [
  ['true', true, {}],
  ['false', false, undefined],
  ['object', { address: '192.0.2.1', ports: [1, 2] }, { address: '192.0.2.1', ports: '[1,2]' }],
  ['empty object', {}, undefined],
  ['set', ['a'], undefined],
];
test('what a policy says, and what that is as a detection', async () => {
  const files = answers.map(([id, says]) => {
    const about = { ...METADATA, id };
    return [`${id}.wasm`, policy({ says }, { 'eolh/P_1/__rego_metadoc__': { says: about } })] as const;
  });
  const { rules, found, logged } = await judged(Object.fromEntries(files));
  assert.deepEqual(logged, []);
  assert.deepEqual(rules.toSorted(), answers.map(([id]) => `${id} Policy high`).toSorted());
  const expected = answers.flatMap(([id, , data]) => (data === undefined ? [] : [{ id, data }]));
  // Files are read by name.
  assert.deepEqual(found, expected.toReversed());
});

test('a policy that never answers is disabled', async () => {
  const { found, logged } = await judged({ 'p.wasm': policy('never') }, 300);
  assert.deepEqual(found, []);
  assert.match(logged.join(), /does not run any more.*p\.wasm.*took longer than 300 ms/);
});

const tar = (files: Readonly<Record<string, Uint8Array>>): Buffer =>
  writeTar(new Map(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)])));

test('a bundle holds the policy, and its data beside it', async () => {
  const files = {
    'data.json': Buffer.from('{"a":[1]}'),
    'policy.wasm': policy({ says: true }),
    'a.manifest': Buffer.from('{}'),
  };
  const { found, logged } = await judged({ 'bundle.tar.gz': gzipSync(tar(files)) });
  assert.deepEqual({ found, logged }, { found: [{ id: 'P-1', data: {} }], logged: [] });
});

const wrong: readonly [file: string, bytes: Uint8Array, reason: RegExp][] = [
  ['text.wasm', Buffer.from('text'), /CompileError.*magic/],
  ['no-policy.wasm', Buffer.from('\0asm\x01\0\0\0', 'latin1'), /TypeError/],
  ['no-entry.wasm', policyWasm({ 'p/match': { says: true } }), /no entry point __rego_metadoc__: give it to/],
  [
    'two.wasm',
    policy('never', { 'q/match': 'never' }),
    /two entry points match: eolh\/P_1\/eolh_match, q\/match/,
  ],
  ['no-id.wasm', policy('never', { 'eolh/P_1/__rego_metadoc__': { says: {} } }), /__rego_metadoc__\.id: Inv/],
  ['no-events.wasm', policy('never', { 'eolh/P_1/eolh_selected_events': { says: [] } }), /events: Too small/],
  ['not-packed.tar.gz', Buffer.from('text'), /incorrect header check/],
  ['empty.tar.gz', gzipSync(tar({ 'data.json': Buffer.from('{}') })), /the bundle holds no policy\.wasm/],
  [
    'cut.tar.gz',
    gzipSync(tar({ 'a.wasm': Buffer.alloc(4096) }).subarray(0, 2048)),
    /the bundle is damaged: a\.wasm is cut off/,
  ],
  [
    'no-json.tar.gz',
    gzipSync(tar({ 'data.json': Buffer.from('{'), 'policy.wasm': policy('never') })),
    /SyntaxError.*JSON/,
  ],
];
test('what cannot be loaded is told, each with its reason', async (t) => {
  const { rules, logged } = await judged(Object.fromEntries(wrong.map(([file, bytes]) => [file, bytes])));
  assert.deepEqual(rules, []);
  for (const [file, , reason] of wrong)
    await t.test(file, () => assert.match(logged.find((line) => line.includes(`/${file}`)) ?? '', reason));
});
