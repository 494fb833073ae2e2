import { keywordMask, shippedKeywords } from '../../windows/sessions/keywords.ts';

// Keywords of the events that log sources are made of, by provider and id. Source: the manifests of these providers
// (Windows 10 17763 to 11 28000). Presets choose among others by id.
const KEYWORDS: ReadonlyMap<string, Readonly<Record<number, bigint>>> = new Map([
  // Microsoft-Windows-Kernel-Process
  [
    '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
    { 1: 0x10n, 2: 0x10n, 3: 0x20n, 4: 0x20n, 5: 0x40n, 6: 0x40n, 15: 0x10n },
  ],
  // Microsoft-Windows-Kernel-File
  [
    'edd08927-9cc4-4e65-b970-c2560fb5c289',
    { 12: 0xa0n, 18: 0x20n, 19: 0x20n, 26: 0x400n, 27: 0x800n, 28: 0x800n, 29: 0x20n, 30: 0x1000n },
  ],
  // Microsoft-Windows-Kernel-Registry
  ['70eb4f03-c1de-4f73-a051-33d13d5413bd', { 1: 0x1000n, 2: 0x2000n, 3: 0x4000n, 5: 0x100n, 6: 0x200n }],
]);

/**
 * Whether an event of a provider has one of the keywords, given by name or as `0x…`. True where it is not known, and
 * where no keyword is asked for.
 */
export function hasKeyword(guid: string, id: number, keywords: readonly string[]): boolean {
  const own = KEYWORDS.get(guid)?.[id];
  if (own === undefined || keywords.length === 0) return true;
  const wanted = keywordMask(keywords, shippedKeywords(guid));
  return wanted.kind === 'unknown' || (wanted.mask & own) !== 0n;
}
