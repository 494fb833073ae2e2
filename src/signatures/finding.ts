import type { Findings } from './api.ts';

const MAX_VALUES = 32;
const MAX_TEXT = 1024;
const MAX_NAME = 64;

/** What a detection says of how it was found, beside its rule and record. */
export interface FoundFacts {
  readonly evidence: 'observed' | 'inferred' | undefined;
  readonly data: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** What a signature gave, checked and cut to its bounds. Throws a TypeError that says what is wrong. */
export function factsOf({ evidence, data }: Findings): FoundFacts {
  if (evidence !== undefined && evidence !== 'observed' && evidence !== 'inferred')
    throw new TypeError("emit: evidence is 'observed' or 'inferred'");
  return { evidence, data: data === undefined ? undefined : checked(data) };
}

function checked(data: NonNullable<Findings['data']>): FoundFacts['data'] {
  const entries = Object.entries(data);
  if (entries.length > MAX_VALUES) throw new TypeError(`emit: data has more than ${MAX_VALUES} values`);
  const out: Record<string, string | number | boolean> = Object.create(null);
  for (const [name, value] of entries) {
    if (name.length > MAX_NAME) throw new TypeError(`emit: a name in data is longer than ${MAX_NAME}`);
    const isPlain = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
    if (typeof value !== 'string' && !isPlain)
      throw new TypeError(`emit: data.${name} is no text, finite number or boolean`);
    out[name] = typeof value === 'string' ? value.slice(0, MAX_TEXT) : value;
  }
  return out;
}
