import type { Element, TypedValue } from '../../event_log/element.ts';

/** Binary XML as it was written: elements with places for values. Shared by all records of a template. */
export type Node = ElementNode | Part;

/** A text that stands there, or the place of a value. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'place'; readonly index: number };

export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly parts: readonly Part[] }[];
  readonly children: readonly Node[];
}

/** A value of a template instance: data, or elements that were written into it. */
export type Value =
  | ({ readonly kind: 'data' } & TypedValue)
  | { readonly kind: 'elements'; readonly elements: readonly Element[] };

/** Binary XML that is not as it should be; caught where a record is read. */
export class BinXmlError extends Error {}
