import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Catalogue } from './catalogue.ts';
import type { CatalogueFile } from './format.ts';
import { soundFile } from './sound_file.ts';

const event = (id: number, more: object = {}) => ({ id, version: 0, name: `E${id}`, fields: [], ...more });
const file = { kind: 'manifest', provider: 'P', guid: 'g', sources: [], events: [event(1)] };

for (const [what, value] of [
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['of another kind', { ...file, kind: 'mof' }],
  ['without events', { ...file, events: undefined }],
] as const) {
  test(`no catalogue file: ${what}`, () => assert.equal(soundFile(value), undefined));
}

for (const [what, bad] of [
  ['null', null],
  ['a version that is no number', event(2, { version: '1' })],
  ['an id below zero', event(-2)],
  ['fields that are no list', event(2, { fields: {} })],
  ['a field of no type', event(2, { fields: [{ name: 'a', in: 'constructor' }] })],
  ['a length of a fraction', event(2, { fields: [{ name: 'a', in: 'Binary', length: 0.5 }] })],
  [
    'more fields than any event',
    event(2, { fields: Array.from({ length: 1025 }, () => ({ name: 'a', in: 'Int8' })) }),
  ],
] as const) {
  test(`an event is left out, the others stay: ${what}`, () => {
    const events = soundFile({ ...file, events: [event(1), bad, event(3)] })?.events;
    assert.deepEqual(
      events?.map(({ id }) => id),
      [1, 3],
    );
  });
}

test('a map that is none is left out', () => {
  const good = { kind: 'bits', names: { 1: 'a' } };
  const maps = { good, bad: { kind: 'bits', names: { 1: 2 } }, worse: null };
  assert.deepEqual(soundFile({ ...file, maps })?.maps, { good });
});

test('a file that cannot be read describes nothing, and is read once', () => {
  let reads = 0;
  const catalogue = new Catalogue(new Map([['g', 'p.json']]), () => {
    reads++;
    throw new SyntaxError('Unexpected end of JSON input');
  });
  assert.equal(catalogue.manifest('g', 1, 0), undefined);
  assert.equal(catalogue.keywords('g'), undefined);
  assert.equal(reads, 1);
  assert.deepEqual(catalogue.problems, ['p.json: Unexpected end of JSON input']);
});

test('nothing is left out of the files that are shipped', () => {
  const data = join(import.meta.dirname, 'data');
  for (const name of readdirSync(data).filter((found) => found !== 'index.json')) {
    const shipped: CatalogueFile = JSON.parse(readFileSync(join(data, name), 'utf8'));
    const sound = soundFile(shipped);
    assert.deepEqual(sound?.events, shipped.events, name);
    assert.deepEqual(sound.maps, shipped.maps, name);
  }
});
