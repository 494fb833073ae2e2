import type { ConfigNode, Entry, Path } from './node.ts';

/** Where a config stands: how messages call it, its key, its value. */
export interface Place {
  /** Such as `exporters::otlp_grpc`. */
  readonly name: string;
  readonly entry: Entry;
}

/** What stands at a path, with its key; an item of a list is its own key. */
export function entryAt(place: Place, path: Path): Entry | undefined {
  let entry: Entry | undefined = place.entry;
  for (const step of path) {
    const node: ConfigNode | undefined = entry?.value;
    if (node?.kind === 'map') entry = node.entries.get(String(step));
    else if (node?.kind === 'list') {
      const item = node.items[Number(step)];
      entry = item === undefined ? undefined : { key: item.range, value: item };
    } else return undefined;
  }
  return entry;
}

/** A path without symbols, which no config has. */
export function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}
