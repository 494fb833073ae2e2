/** A value map (one name a number) or bit map (a name a bit) of a provider. */
export interface ValueNames {
  readonly kind: 'values' | 'bits';
  readonly names: ReadonlyMap<number, string>;
}

/**
 * The name of a number: of a value map the entry, of a bit map the names of all its bits joined by `|`, with
 * the bits that have none as `0x…`. Undefined where the map has no name for it.
 */
export function nameOf({ kind, names }: ValueNames, value: number): string | undefined {
  const exact = names.get(value);
  if (exact !== undefined || kind === 'values' || value <= 0 || value > 0xffffffff) return exact;
  const found: string[] = [];
  let rest = value;
  for (const [bit, name] of names) {
    // Only single bits: a map may also name combinations, which exact has met.
    if (bit > 0 && (bit & (bit - 1)) === 0 && (value & bit) !== 0) {
      found.push(name);
      rest -= bit >>> 0;
    }
  }
  if (found.length === 0) return undefined;
  return rest === 0 ? found.join('|') : `${found.join('|')}|0x${rest.toString(16)}`;
}
