import type { Value } from '../model/value.ts';

/**
 * A map whose keys come from untrusted data. It has no prototype that a key could meet: its only ancestor is
 * an empty frozen object without one. (A plain `Object.create(null)` is a hash table from the start and
 * costs more than twice as much to fill.)
 */
export class DataMap {
  readonly [key: string]: Value;
}
delete (DataMap.prototype as { constructor?: unknown }).constructor;
Object.freeze(Object.setPrototypeOf(DataMap.prototype, null));
