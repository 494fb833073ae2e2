import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { SystemProvider } from '../abi/constants.ts';
import { keywordMask, shippedKeywords, shortKeyword } from './keywords.ts';

const KERNEL_PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const DOT_NET = 'e13c0d23-ccbc-4e12-931b-d9cc2eee27e4';

const MASKS = [
  ['none', KERNEL_PROCESS, [], 0n],
  ['hex', KERNEL_PROCESS, ['0x10', '0X8000000000000000'], 0x8000_0000_0000_0010n],
  ['full name', KERNEL_PROCESS, ['WINEVENT_KEYWORD_PROCESS', 'winevent_keyword_image'], 0x50n],
  ['short name', KERNEL_PROCESS, ['process', 'JOB_SILO'], 0x4010n],
  ['a name that ends in Keyword', DOT_NET, ['Loader', 'JitKeyword'], 0x18n],
  ['system provider', SystemProvider.process, ['general', 'loader', 'job'], 0x1201n],
] as const;
for (const [title, guid, words, mask] of MASKS) {
  test(title, () => {
    assert.deepEqual(keywordMask(words, shippedKeywords(guid)), { kind: 'mask', mask });
  });
}

const UNKNOWN = [
  ['no such name', KERNEL_PROCESS, 'FILE', /FILE is none of this provider's: .*WINEVENT_KEYWORD_PROCESS,/],
  ['too long', KERNEL_PROCESS, '0x10000000000000000', /is none of/],
  ['nobody knows', '11111111-2222-3333-4444-555555555555', 'x', /not known; give them as 0x/],
] as const;
for (const [title, guid, word, message] of UNKNOWN) {
  test(title, () => {
    const mask = keywordMask([word], shippedKeywords(guid));
    assert.match(mask.kind === 'unknown' ? mask.message : '', message);
  });
}

test('short names are clear within each provider', () => {
  for (const guid of Catalogue.shipped().guids) {
    const names = [...(shippedKeywords(guid)?.keys() ?? [])];
    assert.equal(new Set(names.map(shortKeyword)).size, names.length, guid);
  }
});
