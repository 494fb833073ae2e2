import { AttributeKey, type AttributeSet, type AttributeType, Shape } from '../../model/attribute_set.ts';
import { registered } from '../../model/attributes.ts';
import type { Value } from '../../model/value.ts';

/** Names and forms that are remembered; then it is begun anew, which costs time alone. */
const MAX_REMEMBERED = 4096;
/** A longer name is not remembered. */
const MAX_NAME = 256;

/**
 * Sets of attributes whose names others chose. A name of ours with a value of its type is ours, so that processors and rules
 * see it; any other has a key of its own.
 */
export class AttributeSets {
  readonly #keys = new Map<string, AttributeKey>();
  readonly #shapes = new Map<string, Shape>();

  /** Pairs as a set; where a name comes twice, what came first counts. */
  setOf(pairs: Iterable<readonly [name: string, value: Value]>): AttributeSet {
    const keys: AttributeKey[] = [];
    const values: Value[] = [];
    const seen = new Set<string>();
    for (const [name, value] of pairs) {
      if (seen.has(name)) continue;
      seen.add(name);
      keys.push(this.#keyOf(name, value));
      values.push(value);
    }
    return { shape: this.#shapeOf(keys), values };
  }

  #keyOf(name: string, value: Value): AttributeKey {
    const type = typeOf(value);
    const ours = registered(name);
    if (ours !== undefined && isOf(ours.type, type)) return ours;
    if (name.length > MAX_NAME) return new AttributeKey(name, type);
    return remembered(this.#keys, `${type} ${name}`, () => new AttributeKey(name, type));
  }

  #shapeOf(keys: readonly AttributeKey[]): Shape {
    return remembered(this.#shapes, keys.map(({ id }) => id).join(), () => new Shape(keys));
  }
}

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= MAX_REMEMBERED) map.clear();
  const made = make();
  map.set(key, made);
  return made;
}

/** OTLP says of a whole number that it is an int, also where it stands for a double. */
function isOf(wanted: AttributeType, type: AttributeType): boolean {
  return wanted === type || (wanted === 'double' && type === 'int');
}

function typeOf(value: Value): AttributeType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Uint8Array) return 'bytes';
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isTexts ? 'string[]' : 'map';
}
