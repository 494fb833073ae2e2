import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { correlated } from './correlated.ts';

function domainOf(story: (s: Scenario) => void): unknown {
  const s = scenario();
  story(s);
  return correlated(s.trace()).only('network.connect')['destination.domain'];
}

const stories: readonly [title: string, story: (s: Scenario) => void, domain: string | undefined][] = [
  [
    'an address that the process asked for has its name',
    (s) =>
      s
        .process('a.exe')
        .resolves('pool.example', { answers: ['192.0.2.7'] })
        .connects('192.0.2.7', 443),
    'pool.example',
  ],
  [
    'so has one of several, in IPv6',
    (s) =>
      s
        .process('a.exe')
        .resolves('six.example', { type: 28, answers: ['2001:db8::1', '2001:db8::2'] })
        .connects('2001:db8::2', 443),
    'six.example',
  ],
  [
    'an address that nobody asked for has none',
    (s) => s.process('a.exe').connects('192.0.2.7', 443),
    undefined,
  ],
  [
    'what another process asked for is not its reason',
    (s) => {
      s.process('b.exe').resolves('pool.example', { answers: ['192.0.2.7'] });
      s.process('a.exe').connects('192.0.2.7', 443);
    },
    undefined,
  ],
  [
    'the newest name of an address counts',
    (s) =>
      s
        .process('a.exe')
        .resolves('old.example', { answers: ['192.0.2.7'] })
        .resolves('new.example', { answers: ['192.0.2.7'] })
        .connects('192.0.2.7', 443),
    'new.example',
  ],
  [
    'an answer of long ago is no reason',
    (s) => {
      const a = s.process('a.exe').resolves('pool.example', { answers: ['192.0.2.7'] });
      s.after('6m');
      a.connects('192.0.2.7', 443);
    },
    undefined,
  ],
];
for (const [title, story, domain] of stories) {
  test(`destination name: ${title}`, () => assert.equal(domainOf(story), domain));
}
