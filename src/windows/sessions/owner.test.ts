import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimName, sessionGuid, uuid5 } from './owner.ts';

test('UUID version 5: the example of RFC 9562', () => {
  assert.equal(
    uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com'),
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('the mark of a session stays the same in every version of Sigel', () => {
  assert.equal(sessionGuid('sigel-events'), 'e73e05ab-7dc0-5ad9-ab22-0fe00a0877a8');
  assert.equal(sessionGuid('Sigel-Events'), sessionGuid('sigel-events'));
  assert.notEqual(sessionGuid('sigel-lifecycle'), sessionGuid('sigel-events'));
  assert.equal(claimName('x'), 'Global\\sigel-session-x');
});
