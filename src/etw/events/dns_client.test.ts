import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testMapping } from '../../../test/support/mapped.ts';
import { answers, dnsClient } from './dns_client.ts';

const POOL = 'pool.minexmr.example';

testMapping(dnsClient, [
  {
    title: 'a lookup that begins',
    event: 3006,
    payload: { QueryName: POOL, QueryType: 1, QueryOptions: 0, ServerList: '', IsNetworkQuery: 0 },
    eventName: 'dns.query.start',
    severity: 5,
    body: `dns query started: ${POOL} A`,
    attributes: { 'process.pid': 4711, 'dns.question.name': POOL, 'dns.question.type': 'A' },
  },
  {
    title: 'a lookup that ended, in the process that asked',
    event: 3008,
    payload: {
      QueryName: POOL,
      QueryType: 28,
      QueryOptions: 0,
      QueryStatus: 0,
      QueryResults: '2001:db8::7;',
    },
    eventName: 'dns.query',
    severity: 9,
    body: `dns query: ${POOL} AAAA (status 0)`,
    attributes: {
      'process.pid': 4711,
      'dns.question.name': POOL,
      'dns.question.type': 'AAAA',
      'sigel.dns.status': 0,
      'dns.answers': ['2001:db8::7'],
    },
  },
  {
    title: 'a lookup that failed, of a type without a name',
    event: 3008,
    payload: { QueryName: POOL, QueryType: 731, QueryOptions: 0, QueryStatus: 9003, QueryResults: '' },
    eventName: 'dns.query',
    severity: 9,
    body: `dns query: ${POOL} TYPE731 (status 9003)`,
    attributes: {
      'process.pid': 4711,
      'dns.question.name': POOL,
      'dns.question.type': 'TYPE731',
      'sigel.dns.status': 9003,
    },
  },
  {
    title: "a network's response, for the process that asked",
    event: 3020,
    payload: { QueryName: POOL, QueryType: 1, Status: 0, QueryResults: '192.0.2.7;', ClientPID: 4242 },
    eventName: 'dns.response',
    severity: 5,
    body: `dns response: ${POOL} A (status 0)`,
    attributes: {
      'process.pid': 4242,
      'dns.question.name': POOL,
      'dns.question.type': 'A',
      'sigel.dns.status': 0,
      'dns.answers': ['192.0.2.7'],
    },
  },
]);

const results: readonly [text: string, list: readonly string[] | undefined][] = [
  ['192.0.2.7;', ['192.0.2.7']],
  ['192.0.2.7;192.0.2.8;', ['192.0.2.7', '192.0.2.8']],
  ['type:  5 alias.example;::ffff:192.0.2.7;2001:db8::1;', ['alias.example', '192.0.2.7', '2001:db8::1']],
  ['', undefined],
  ['-', undefined],
  [';;', undefined],
];
for (const [text, list] of results) {
  test(`answers of "${text}"`, () => assert.deepEqual(answers(text), list));
}

test('the list of answers is bounded', () => {
  assert.equal(answers('192.0.2.7;'.repeat(1000))?.length, 64);
});
