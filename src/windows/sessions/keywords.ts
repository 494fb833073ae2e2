import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import {
  ConfigKeyword,
  IoKeyword,
  ProcessKeyword,
  RegistryKeyword,
  SystemProvider,
} from '../abi/constants.ts';

/** Names of a provider's keywords and their masks; undefined where nobody knows them. */
export type KeywordNames = (guid: string) => ReadonlyMap<string, bigint> | undefined;

/** A mask of keywords, or what is wrong with them. */
export type KeywordMask =
  | { readonly kind: 'mask'; readonly mask: bigint }
  | { readonly kind: 'unknown'; readonly message: string };

// System providers are in no manifest; evntrace.h names their keywords SYSTEM_PROCESS_KW_GENERAL and so on.
const SYSTEM: ReadonlyMap<string, Readonly<Record<string, bigint>>> = new Map<
  string,
  Readonly<Record<string, bigint>>
>([
  [SystemProvider.process, ProcessKeyword],
  [SystemProvider.registry, RegistryKeyword],
  [SystemProvider.io, IoKeyword],
  [SystemProvider.config, ConfigKeyword],
]);

/** The keywords of the system providers and of the providers in Sigel's catalogue. */
export const shippedKeywords: KeywordNames = (guid) => {
  const system = SYSTEM.get(guid);
  if (system !== undefined) return new Map(Object.entries(system));
  const names = Catalogue.shipped().keywords(guid);
  if (names === undefined) return undefined;
  return new Map(Object.entries(names).map(([name, mask]) => [name, BigInt(mask)]));
};

/**
 * The mask of keywords given as `0x…` or by name. Names are compared without case, and with or without the
 * words around them that a provider's keywords share: `PROCESS` is WINEVENT_KEYWORD_PROCESS, `loader` is
 * LoaderKeyword.
 */
export function keywordMask(
  words: readonly string[],
  names: ReadonlyMap<string, bigint> | undefined,
): KeywordMask {
  let mask = 0n;
  for (const word of words) {
    const one = /^0x[0-9a-f]{1,16}$/i.test(word) ? BigInt(word) : byName(word, names);
    if (one === undefined) return { kind: 'unknown', message: unknown(word, names) };
    mask |= one;
  }
  return { kind: 'mask', mask };
}

/** What is left of a keyword's name without what its provider's keywords share, in lower case. */
export function shortKeyword(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*keyword[_.]/, '')
    .replace(/(?<=.)keyword$/, '');
}

function byName(word: string, names: ReadonlyMap<string, bigint> | undefined): bigint | undefined {
  const wanted = word.toLowerCase();
  for (const [name, mask] of names ?? [])
    if (name.toLowerCase() === wanted || shortKeyword(name) === wanted) return mask;
  return undefined;
}

function unknown(word: string, names: ReadonlyMap<string, bigint> | undefined): string {
  if (names === undefined || names.size === 0)
    return `keyword ${word}: the names of this provider's keywords are not known; give them as 0x…`;
  return `keyword ${word} is none of this provider's: ${[...names.keys()].join(', ')}`;
}
