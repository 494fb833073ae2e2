import type { Element } from '../../event_log/element.ts';
import { Cursor } from './cursor.ts';
import { Budget, expand, type Values } from './expand.ts';
import { BinXmlError, type ElementNode, type Value } from './node.ts';
import { ElementParser, MORE, Token, tokenText } from './parser.ts';
import { BINXML, readValue } from './value.ts';

/** Template instances within values of template instances. */
const MAX_NESTED = 8;
/** In front of a template's binary XML: u32 next template, GUID, u32 size. */
const DEFINITION_HEAD = 24;

interface Descriptor {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** Where a document stands. */
interface Place {
  readonly budget: Budget;
  /** Instances around it. */
  readonly nested: number;
}

/**
 * Reads the binary XML of a chunk's records. A record is a template instance: where the template stands in the chunk,
 * and the values for its places. Sources: libevtx, [MS-EVEN6] 2.2.12.
 */
export class BinXmlReader {
  readonly #view: DataView;
  readonly #parser: ElementParser;
  /** By where they stand. */
  readonly #templates = new Map<number, readonly ElementNode[]>();

  /** `view` is the whole chunk: what its records name stands anywhere in it. */
  constructor(view: DataView) {
    this.#view = view;
    this.#parser = new ElementParser(view);
  }

  /** The elements of a record whose binary XML is [from, to). Throws a {@link BinXmlError}. */
  read(from: number, to: number): readonly Element[] {
    return this.#document(new Cursor(this.#view, from, to), false, { budget: new Budget(), nested: 0 });
  }

  #document(cursor: Cursor, inValue: boolean, place: Place): Element[] {
    const elements: Element[] = [];
    while (cursor.at < cursor.end) {
      const token = cursor.u8();
      if (token === Token.end) break;
      if (token === Token.fragmentHeader) cursor.take(3);
      else if (token === Token.templateInstance) elements.push(...this.#instance(cursor, place));
      else if ((token & ~MORE) === Token.openElement)
        elements.push(expand(this.#parser.element(cursor, token, inValue), () => undefined, place.budget));
      else if (!this.#parser.skipInstruction(cursor, token))
        throw new BinXmlError(`${tokenText(token)} in a document`);
    }
    return elements;
  }

  // u8 unused, u32 id, u32 where the definition stands (here, at its first use), then the values.
  #instance(cursor: Cursor, { budget, nested }: Place): Element[] {
    if (nested > MAX_NESTED) throw new BinXmlError(`templates ${MAX_NESTED} deep`);
    cursor.take(5);
    const at = cursor.u32();
    if (at === cursor.at) cursor.take(DEFINITION_HEAD + this.#sizeOf(at));
    const template = this.#template(at);
    const values = this.#values(cursor, { budget, nested: nested + 1 });
    return template.map((node) => expand(node, values, budget));
  }

  #template(at: number): readonly ElementNode[] {
    let nodes = this.#templates.get(at);
    if (nodes === undefined) {
      nodes = this.#parse(
        new Cursor(this.#view, at + DEFINITION_HEAD, at + DEFINITION_HEAD + this.#sizeOf(at)),
      );
      this.#templates.set(at, nodes);
    }
    return nodes;
  }

  #sizeOf(at: number): number {
    const head = new Cursor(this.#view, at, this.#view.byteLength);
    head.take(DEFINITION_HEAD - 4);
    const size = head.u32();
    head.take(size);
    return size;
  }

  #parse(cursor: Cursor): ElementNode[] {
    const nodes: ElementNode[] = [];
    while (cursor.at < cursor.end) {
      const token = cursor.u8();
      if (token === Token.end) break;
      if (token === Token.fragmentHeader) cursor.take(3);
      else if ((token & ~MORE) === Token.openElement) nodes.push(this.#parser.element(cursor, token, false));
      else if (!this.#parser.skipInstruction(cursor, token))
        throw new BinXmlError(`${tokenText(token)} in a template`);
    }
    return nodes;
  }

  // u32 count; for each u16 size, u8 type, u8 unused; then their bytes behind each other.
  #values(cursor: Cursor, place: Place): Values {
    const count = cursor.u32();
    const heads = new Cursor(this.#view, cursor.take(4 * count), cursor.at);
    const found: Descriptor[] = [];
    for (let i = 0; i < count; i++) {
      const size = heads.u16();
      const type = heads.u8();
      heads.take(1);
      found.push({ type, at: cursor.take(size), size });
    }
    return (index) => {
      const value = found[index];
      return value === undefined ? undefined : this.#value(value, place);
    };
  }

  #value({ type, at, size }: Descriptor, place: Place): Value {
    if (type !== BINXML) return { kind: 'data', ...readValue(this.#view, type, at, size) };
    return { kind: 'elements', elements: this.#document(new Cursor(this.#view, at, at + size), true, place) };
  }
}
