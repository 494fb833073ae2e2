import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sidText } from '../../etw/addresses.ts';
import { sidBytes } from './host_sid.ts';

test('a SID’s bytes read back as the SID', () => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff });
  const sids = fc.tuple(fc.nat(2 ** 31 - 1), fc.array(u32, { minLength: 1, maxLength: 15 }));
  fc.assert(
    fc.property(sids, ([authority, subs]) => {
      const text = `S-1-${authority}-${subs.join('-')}`;
      const bytes = sidBytes(text);
      assert.ok(bytes !== undefined);
      assert.equal(sidText(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0), text);
    }),
  );
});

for (const text of ['', 'S-1-5', 'S-2-5-18', 'S-1-5-18x', 'S-1-5-4294967296', `S-1-5${'-1'.repeat(16)}`]) {
  test(`'${text}' is no SID`, () => assert.equal(sidBytes(text), undefined));
}
