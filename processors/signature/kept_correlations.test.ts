import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { hostWith } from '../../test/support/hosts.ts';
import { MemoryStorage, storageExtension } from '../../test/support/memory_storage.ts';
import {
  bodies,
  openSignatures,
  ruleFolder,
  type SignatureRun,
  started,
} from '../../test/support/signature_processor.ts';
import { smallRule } from '../../test/support/small_rules.ts';

const put = ruleFolder();
let files = 0;

/** Rules for the tools a and b, and a correlation of them. */
function rules(correlation: string): string {
  const text = `${smallRule('a')}${smallRule('b')}title: Together
name: together
level: high
correlation: {${correlation}}
`;
  return put(`rules-${files++}.yml`, text);
}

function open(path: string, client: MemoryStorage): Promise<SignatureRun> {
  const config = { builtin: false as const, rules: [path], emit: 'detections' as const, storage: 'store' };
  return openSignatures(config, [], hostWith({ store: storageExtension(client) }));
}

const end = ({ processor }: SignatureRun): Promise<void> => processor.shutdown(AbortSignal.timeout(20_000));

for (const [type, correlation, before, then] of [
  [
    'event_count',
    'type: event_count, rules: [a], group-by: [User], timespan: 1m, condition: {gte: 3}',
    ['a', 'a'],
    ['a'],
  ],
  [
    'value_count',
    'type: value_count, rules: [a, b], group-by: [User], timespan: 1m, condition: {field: Image, gte: 2}',
    ['a', 'a'],
    ['b'],
  ],
  ['temporal', 'type: temporal, rules: [a, b], group-by: [User], timespan: 1m', ['b'], ['a']],
  ['temporal_ordered', 'type: temporal_ordered, rules: [a, b], group-by: [User], timespan: 1m', ['a'], ['b']],
] as const)
  test(`${type} goes on where it was, once`, async () => {
    const client = new MemoryStorage();
    const path = rules(correlation);
    const first = await open(path, client);
    await first.processor.consumeLogs(before.map((tool, i) => started(tool, i)));
    await end(first);
    assert.deepEqual(bodies(first), []);
    assert.ok(client.values.size > 0);

    const second = await open(path, client);
    assert.equal(client.values.size, 0, 'what was taken up is forgotten');
    await second.processor.consumeLogs([started(then[0], 5, 'bob'), started(then[0], 6)]);
    await end(second);
    assert.deepEqual(bodies(second), ['Together']);
    const [detection] = second.seen.flat();
    const events = detection?.attributes['sigel.correlation.events'];
    assert.ok(Array.isArray(events) && events.length === before.length + 1, String(events));
    assert.equal(new Set(events).size, events.length);
  });

test('a window that is judged at its end is judged by the next process', async () => {
  const client = new MemoryStorage();
  const path = rules('type: event_count, rules: [a], group-by: [User], timespan: 10s, condition: {lt: 3}');
  const first = await open(path, client);
  await first.processor.consumeLogs([started('a', 0), started('a', 1)]);
  await end(first);
  const second = await open(path, client);
  await second.processor.consumeLogs([started('other', 30)]);
  await end(second);
  assert.deepEqual(bodies(second), ['Together']);
  const [detection] = second.seen.flat();
  // What it is told of is the last event that took part, which the first process saw.
  assert.equal(detection?.resource.attributes['k8s.pod.name'], 'web-1');
});

test('a correlation that counts otherwise now begins anew', async () => {
  const client = new MemoryStorage();
  const of = (count: number) =>
    rules(`type: event_count, rules: [a], group-by: [User], timespan: 1m, condition: {gte: ${count}}`);
  const first = await open(of(3), client);
  await first.processor.consumeLogs([started('a', 0), started('a', 1)]);
  await end(first);
  const second = await open(of(2), client);
  await second.processor.consumeLogs([started('a', 2)]);
  await end(second);
  assert.deepEqual(bodies(second), []);
});

test('many groups are kept in several entries', async () => {
  const client = new MemoryStorage();
  const path = rules('type: event_count, rules: [a], group-by: [User], timespan: 1m, condition: {gte: 2}');
  const first = await open(path, client);
  const users = Array.from({ length: 700 }, (_, i) => `user-${i}`);
  await first.processor.consumeLogs(users.map((user) => started('a', 0, user)));
  await end(first);
  assert.equal(client.values.size, 3);
  const second = await open(path, client);
  await second.processor.consumeLogs(users.map((user) => started('a', 1, user)));
  await end(second);
  assert.equal(bodies(second).length, 700);
});

/** A group of one event, as version 0.1.0 kept it. */
const KEPT = `[{"rule":"together",\
"shape":"[\\"event_count\\",[\\"a\\"],[\\"User\\"],[],60000,\
{\\"kind\\":\\"limits\\",\\"limits\\":[{\\"comparison\\":\\"gte\\",\\"value\\":2}],\\"fields\\":[]}]",\
"values":[["User","ann"]],"start":1772348400000,"last":1772348400000,"state":{"occurrences":\
[{"time":1772348400000,"place":0,"ref":"57cd866d516a4c1f8c2cfa2cbe22c0a6"}],"chains":[]},"context":"\
CrADChsKFwoMazhzLnBvZC5uYW1lEgcKBXdlYi0xEAASkAMKFAoLc2lnZWwvZXZlbnQSBTAuMS4wEvcCCQBgO8B6pZgYEAkqCgoIQzpcYS5leG\
UyNAoObG9nLnJlY29yZC51aWQSIgogNTdjZDg2NmQ1MTZhNGMxZjhjMmNmYTJjYmUyMmMwYTYyOAoOd2lubG9nLmNoYW5uZWwSJgokTWljcm9z\
b2Z0LVdpbmRvd3MtU3lzbW9uL09wZXJhdGlvbmFsMhIKDGV0dy5ldmVudC5pZBICGAEyngEKDmV0dy5ldmVudC5kYXRhEosBMogBCg0KB0V2ZW\
50SUQSAhgBCjEKB0NoYW5uZWwSJgokTWljcm9zb2Z0LVdpbmRvd3MtU3lzbW9uL09wZXJhdGlvbmFsChMKBUltYWdlEgoKCEM6XGEuZXhlCg0K\
BFVzZXISBQoDYW5uCiAKB1V0Y1RpbWUSFQoTMjAyNi0wMy0wMSAwNzowMDowMDgARQEAAABKEAr3ZRkWzUPdhEjrIRyAMZxSCLeta3FpIDMxWQ\
BgO8B6pZgYYg13aW5kb3dzLmV2ZW50"}]`;

test('what an earlier version has kept is taken up', async () => {
  const client = new MemoryStorage();
  client.values.set('correlations/00000000', Buffer.from(KEPT));
  const path = rules('type: event_count, rules: [a], group-by: [User], timespan: 1m, condition: {gte: 2}');
  const run = await open(path, client);
  await run.processor.consumeLogs([started('a', 1)]);
  await end(run);
  assert.deepEqual(bodies(run), ['Together']);
});

for (const [what, spoil] of [
  [
    'damaged',
    (client: MemoryStorage, key: string) => client.spoiled.set(key, { kind: 'damaged', reason: 'x' }),
  ],
  ['no JSON', (client: MemoryStorage, key: string) => client.values.set(key, Buffer.from('no JSON'))],
  [
    'something else',
    (client: MemoryStorage, key: string) => client.values.set(key, Buffer.from('[{"rule":1}]')),
  ],
] as const)
  test(`an entry that is ${what} is said, and counting begins anew`, async () => {
    const client = new MemoryStorage();
    const path = rules('type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}');
    const first = await open(path, client);
    await first.processor.consumeLogs([started('a', 0)]);
    await end(first);
    for (const key of client.values.keys()) spoil(client, key);
    const second = await open(path, client);
    assert.ok(second.logged.some((line) => line.includes('cannot be read')));
    assert.equal(client.values.size, 0);
    await second.processor.consumeLogs([started('a', 1)]);
    await end(second);
    assert.deepEqual(bodies(second), []);
  });

test('a storage without room is said', async () => {
  const client = new MemoryStorage();
  client.room = 0;
  const run = await open(rules('type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}'), client);
  await run.processor.consumeLogs([started('a', 0)]);
  await end(run);
  assert.ok(run.logged.some((line) => line.includes('is not kept as a whole')));
});
