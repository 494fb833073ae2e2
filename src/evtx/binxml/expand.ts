import { type Element, joined, type TypedValue } from '../../event_log/element.ts';
import { BinXmlError, type ElementNode, type Part, type Value } from './node.ts';

/**
 * What a record may grow to when values are put into its template: an element counts 16, a value 8 and its length.
 * A record has at most 64 KiB, but a template may use a value often.
 */
const MAX_SIZE = 2 ** 20;

/** Counts what is made of one record. */
export class Budget {
  #left = MAX_SIZE;

  /** Throws a {@link BinXmlError} when it is too much. */
  spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new BinXmlError('a record that grows too large');
  }
}

/** The values of a template instance, by index; what has none is undefined. */
export type Values = (index: number) => Value | undefined;

/** Puts values into an element's places. */
export function expand(node: ElementNode, values: Values, budget: Budget): Element {
  budget.spend(16);
  const attributes = new Map<string, TypedValue>();
  for (const { name, parts } of node.attributes) {
    const value = joined(parts.flatMap((part) => dataOf(part, values, budget)));
    if (value !== undefined) attributes.set(name, value);
  }
  const children: Element[] = [];
  const texts: TypedValue[] = [];
  for (const child of node.children) {
    if (child.kind === 'element') children.push(expand(child, values, budget));
    else if (child.kind === 'text') texts.push(...dataOf(child, values, budget));
    else {
      const value = values(child.index);
      if (value?.kind === 'elements') children.push(...value.elements);
      else if (value !== undefined) texts.push(spent(value, budget));
    }
  }
  return { name: node.name, attributes, children, values: texts };
}

function dataOf(part: Part, values: Values, budget: Budget): TypedValue[] {
  if (part.kind === 'text') return [spent({ inType: 'UnicodeString', value: part.text }, budget)];
  const value = values(part.index);
  return value?.kind === 'data' ? [spent(value, budget)] : [];
}

function spent({ inType, value }: TypedValue, budget: Budget): TypedValue {
  const isLong = typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value);
  budget.spend(8 + (isLong ? (value as { readonly length: number }).length : 0));
  return { inType, value };
}
