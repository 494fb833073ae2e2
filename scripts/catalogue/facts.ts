import type { CatalogueMap } from '../../src/etw/catalogue/format.ts';

/**
 * What one published description says of a provider, before the descriptions are merged. Names are as
 * published (`win:` prefixes removed); a type this project does not know is kept as text and judged in merge.
 */
export interface ProviderFacts {
  readonly provider: string;
  /** Lower case, no braces; undefined where the description has none (tables). */
  readonly guid?: string;
  /** For the catalogue's `sources`. */
  readonly source: string;
  readonly keywords: ReadonlyMap<string, string>;
  readonly maps: ReadonlyMap<string, CatalogueMap>;
  readonly events: readonly EventFacts[];
}

export interface EventFacts {
  readonly id: number;
  readonly version: number;
  readonly symbol: string;
  readonly task?: string;
  readonly opcode?: string;
  readonly fields: readonly FieldFacts[];
}

export interface FieldFacts {
  readonly name: string;
  readonly in: string;
  readonly out?: string;
  readonly map?: string;
  /** A constant, or the name of a field. */
  readonly length?: string;
  readonly count?: string;
  readonly fields?: readonly FieldFacts[];
}

/** Says something to whoever runs the generator: a conflict between descriptions, a field left out. */
export type Report = (line: string) => void;
