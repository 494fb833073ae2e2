import { createHash } from 'node:crypto';
import { guidAt } from '../../etw/guid.ts';

/** The namespace of {@link guidOfName}, in network order. Source: System.Diagnostics.Tracing.EventSource of .NET. */
const NAMESPACE = '482c2db2c39047c887f81a15bfc130fb';

/** How a provider's GUID was found. */
export type GuidWay =
  /** It was said. */
  | 'guid'
  /** The name is registered on this host. */
  | 'registered'
  /** Sigel's catalogue has the name. */
  | 'catalogue'
  /** Nobody knows the name: it is taken for an EventSource's or a TraceLogging provider's. */
  | 'name_hash';

/** What a name means. */
export type Resolved =
  | { readonly kind: 'resolved'; readonly guid: string; readonly way: GuidWay }
  /** Several providers have the name. */
  | { readonly kind: 'ambiguous'; readonly guids: readonly string[] };

/** Who knows names of providers: the GUIDs that a name has, in any order; none where it is unknown. */
export type NameLookup = (name: string) => readonly string[];

/**
 * The GUID of a text of 32 digits, with or without hyphens in their places, in braces or not; lower case
 * without braces. Undefined for anything else.
 */
export function parseGuid(text: string): string | undefined {
  const bare = /^\{(.*)\}$/.exec(text.trim())?.[1] ?? text.trim();
  const match = /^([0-9a-f]{8})(-?)([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{12})$/i.exec(bare);
  if (match === null) return undefined;
  const [, a = '', , b = '', c = '', d = '', e = ''] = match;
  return [a, b, c, d, e].join('-').toLowerCase();
}

/**
 * The GUID that EventSource and TraceLogging give a provider by its name: a SHA-1 over a namespace and the
 * upper-cased name in UTF-16BE, its first 16 bytes read as a GUID in memory, with 5 as the version.
 */
export function guidOfName(name: string): string {
  const upper = name.toUpperCase();
  const text = new DataView(new ArrayBuffer(2 * upper.length));
  for (let i = 0; i < upper.length; i++) text.setUint16(2 * i, upper.charCodeAt(i), false);
  const hash = createHash('sha1').update(NAMESPACE, 'hex').update(new Uint8Array(text.buffer)).digest();
  hash[7] = ((hash[7] ?? 0) & 0x0f) | 0x50;
  return guidAt(new DataView(hash.buffer, hash.byteOffset, 16), 0);
}

/** Resolves what a configuration calls a provider: a GUID, else a registered name, a shipped name, any name. */
export function resolveProvider(
  text: string,
  lookups: { readonly registered: NameLookup; readonly catalogue: NameLookup },
): Resolved {
  const guid = parseGuid(text);
  if (guid !== undefined) return { kind: 'resolved', guid, way: 'guid' };
  for (const way of ['registered', 'catalogue'] as const) {
    const [first, ...others] = new Set(lookups[way](text));
    if (first === undefined) continue;
    return others.length === 0
      ? { kind: 'resolved', guid: first, way }
      : { kind: 'ambiguous', guids: [first, ...others] };
  }
  return { kind: 'resolved', guid: guidOfName(text), way: 'name_hash' };
}
