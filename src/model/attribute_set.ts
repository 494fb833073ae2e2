import type { Attributes } from '@opentelemetry/api';
import type { Value } from './value.ts';

/** The type an attribute has for ever; see attributes.ts for the registry. */
export type AttributeType = 'string' | 'int' | 'double' | 'bool' | 'string[]' | 'bytes' | 'map';

/**
 * The name and type of an attribute. Exactly one object exists per name (identity is equality), so a
 * record can be searched by reference and an encoder can keep the encoded name beside it.
 */
export class AttributeKey<T extends Value = Value> {
  readonly name: string;
  readonly type: AttributeType;
  /** Keys are numbered as they are made. */
  readonly id: number;
  /** One bit of 31, shared with few others: most sets are known not to have a key without looking for it. */
  readonly bit: number;
  /** Cache slot of the OTLP writer (src/otlp): the KeyValue.key field, tag included. */
  otlpKey: Uint8Array | undefined = undefined;
  /** Only carries T for the compiler. */
  declare readonly valueType: T;

  constructor(name: string, type: AttributeType) {
    this.name = name;
    this.type = type;
    this.id = AttributeKey.#made++;
    this.bit = 1 << (this.id % 31);
  }

  static #made = 0;
}

/**
 * An ordered list of distinct keys, shared by every set of the same form. Asking where a key stands is what is done most
 * often to a record, so a shape answers from a small open table of its own: keys are numbered, which spreads them well.
 */
export class Shape {
  readonly keys: readonly AttributeKey[];
  /** Shapes are numbered as they are made. */
  readonly id: number;
  /** The bits of all its keys. */
  readonly bits: number;
  /** Positions of keys, each at its key's number or behind it; -1 where none is. At most half are taken. */
  readonly #places: readonly number[];

  constructor(keys: readonly AttributeKey[]) {
    this.keys = keys;
    this.id = Shape.#made++;
    this.bits = keys.reduce((bits, { bit }) => bits | bit, 0);
    this.#places = placesOf(keys);
  }

  /** The position of a key, or -1. */
  indexOf(key: AttributeKey): number {
    if ((this.bits & key.bit) === 0) return -1;
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = key.id & mask; ; at = (at + 1) & mask) {
      const position = places[at] ?? -1;
      if (position < 0 || this.keys[position] === key) return position;
    }
  }

  static #made = 0;

  static readonly empty: Shape = new Shape([]);
}

function placesOf(keys: readonly AttributeKey[]): readonly number[] {
  const mask = 2 ** Math.ceil(Math.log2(2 * keys.length + 1)) - 1;
  const places = Array.from({ length: mask + 1 }, () => -1);
  for (const [position, key] of keys.entries()) {
    let at = key.id & mask;
    for (; places[at] !== -1; at = (at + 1) & mask)
      if (keys[places[at] ?? -1] === key) throw new Error(`attribute ${key.name} stands twice in one shape`);
    places[at] = position;
  }
  return places;
}

/** Values in the order of a shape's keys; `undefined` where an optional attribute is absent. */
export interface AttributeSet {
  readonly shape: Shape;
  readonly values: readonly (Value | undefined)[];
}

/** A set without attributes. */
export const NO_ATTRIBUTES: AttributeSet = { shape: Shape.empty, values: [] };

/**
 * Facts that many records share (an event's schema, a process, its parent, a container): frozen, referenced
 * and never copied. Blocks and the own set of one record have disjoint keys.
 */
export class AttributeBlock implements AttributeSet {
  readonly shape: Shape;
  readonly values: readonly (Value | undefined)[];
  /** Cache slot of the OTLP writer (src/otlp): the encoded KeyValues as fields LogRecord.attributes, tags included. */
  otlp: Uint8Array | undefined = undefined;

  constructor(shape: Shape, values: readonly (Value | undefined)[]) {
    this.shape = shape;
    this.values = Object.freeze(values.slice());
  }
}

/** The value of a key in a set, or undefined. */
export function valueOf<T extends Value>(set: AttributeSet, key: AttributeKey<T>): T | undefined {
  const i = set.shape.indexOf(key);
  // The registry ties a key to its type, so what a set holds under a key is of that type.
  return i < 0 ? undefined : (set.values[i] as T | undefined);
}

/** The value of a key in the first block that has one, or undefined. */
export function valueIn<T extends Value>(
  blocks: readonly AttributeBlock[],
  key: AttributeKey<T>,
): T | undefined {
  for (const block of blocks) {
    const value = valueOf(block, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The bits of the keys of all blocks; see {@link AttributeKey.bit}. */
export function bitsOf(blocks: readonly AttributeBlock[]): number {
  let bits = 0;
  for (const { shape } of blocks) bits |= shape.bits;
  return bits;
}

/** A list of blocks and one more. What was spread has room for sixteen others; a copy of it, which may be kept for long, has not. */
export function withOneMore(
  blocks: readonly AttributeBlock[],
  block: AttributeBlock,
): readonly AttributeBlock[] {
  return [...blocks, block].slice();
}

/** Adds a set's attributes to a plain object, as foreign exporters want them. */
export function flattenInto(target: Attributes, set: AttributeSet): void {
  const { keys } = set.shape;
  for (let i = 0; i < keys.length; i++) {
    const value = set.values[i];
    const key = keys[i];
    if (value !== undefined && key !== undefined) target[key.name] = value;
  }
}
