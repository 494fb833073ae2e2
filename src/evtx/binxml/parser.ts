import { Cursor } from './cursor.ts';
import { BinXmlError, type ElementNode, type Node, type Part } from './node.ts';
import { utf16At } from './text.ts';

/** Tokens of binary XML; 0x40 more where more of the same follows. Source: libevtx, [MS-EVEN6] 2.2.12. */
export const Token = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  closeElement: 0x04,
  text: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charRef: 0x08,
  entityRef: 0x09,
  piTarget: 0x0a,
  piData: 0x0b,
  templateInstance: 0x0c,
  place: 0x0d,
  optionalPlace: 0x0e,
  fragmentHeader: 0x0f,
} as const;
export const MORE = 0x40;

/** Elements within elements. */
const MAX_DEPTH = 64;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads elements and their parts out of a chunk. Names stand once in a chunk, where they are used first. What is not
 * as it should be throws a {@link BinXmlError}.
 */
export class ElementParser {
  readonly #view: DataView;
  readonly #names = new Map<number, string>();

  constructor(view: DataView) {
    this.#view = view;
  }

  /**
   * The element whose opening token was read. `inValue`: it was written into a value, where a field of no use here
   * (which value makes the element needless) does not stand.
   */
  element(cursor: Cursor, token: number, inValue: boolean, depth = 0): ElementNode {
    if (depth > MAX_DEPTH) throw new BinXmlError(`elements ${MAX_DEPTH} deep`);
    if (!inValue) cursor.u16();
    cursor.u32();
    const name = this.#name(cursor);
    const attributes = (token & MORE) === 0 ? [] : this.#attributes(cursor);
    const close = cursor.u8();
    if (close === Token.closeEmpty) return { kind: 'element', name, attributes, children: [] };
    if (close !== Token.closeStart) throw new BinXmlError(`${tokenText(close)} within the start of ${name}`);
    return { kind: 'element', name, attributes, children: this.#children(cursor, inValue, depth + 1) };
  }

  #attributes(cursor: Cursor): ElementNode['attributes'] {
    cursor.u32();
    const attributes: { name: string; parts: Part[] }[] = [];
    for (;;) {
      if ((cursor.peek() & ~MORE) !== Token.attribute) return attributes;
      cursor.u8();
      const name = this.#name(cursor);
      const parts: Part[] = [];
      for (;;) {
        const part = this.#part(cursor, cursor.peek());
        if (part === undefined) break;
        parts.push(part);
      }
      attributes.push({ name, parts });
    }
  }

  #children(cursor: Cursor, inValue: boolean, depth: number): Node[] {
    const children: Node[] = [];
    for (;;) {
      const token = cursor.peek();
      const part = this.#part(cursor, token);
      if (part !== undefined) {
        children.push(part);
        continue;
      }
      cursor.u8();
      if (token === Token.closeElement) return children;
      if ((token & ~MORE) === Token.openElement) children.push(this.element(cursor, token, inValue, depth));
      else if (!this.skipInstruction(cursor, token))
        throw new BinXmlError(`${tokenText(token)} in an element`);
    }
  }

  /** Passes over a processing instruction whose token was read; false where it is none. */
  skipInstruction(cursor: Cursor, token: number): boolean {
    if (token === Token.piTarget) this.#name(cursor);
    else if (token === Token.piData) cursor.countedText();
    else return false;
    return true;
  }

  // A text or the place of a value; nothing is read where the token is of something else.
  #part(cursor: Cursor, token: number): Part | undefined {
    switch (token & ~MORE) {
      case Token.text:
        cursor.take(2);
        return { kind: 'text', text: cursor.countedText() };
      case Token.cdata:
        cursor.take(1);
        return { kind: 'text', text: cursor.countedText() };
      case Token.charRef:
        cursor.take(1);
        return { kind: 'text', text: String.fromCharCode(cursor.u16()) };
      case Token.entityRef: {
        cursor.take(1);
        const name = this.#name(cursor);
        return { kind: 'text', text: ENTITIES[name] ?? `&${name};` };
      }
      case Token.place:
      case Token.optionalPlace: {
        cursor.take(1);
        const index = cursor.u16();
        cursor.take(1);
        return { kind: 'place', index };
      }
      default:
        return undefined;
    }
  }

  // u32 where the name stands: u32 next name, u16 hash, u16 characters, UTF-16, NUL.
  #name(cursor: Cursor): string {
    const at = cursor.u32();
    const isHere = at === cursor.at;
    const known = isHere ? undefined : this.#names.get(at);
    if (known !== undefined) return known;
    const from = isHere ? cursor : new Cursor(this.#view, at, this.#view.byteLength);
    from.take(6);
    const size = 2 * from.u16();
    const name = utf16At(this.#view, from.take(size), size);
    from.take(2);
    this.#names.set(at, name);
    return name;
  }
}

/** A token as errors name it. */
export function tokenText(token: number): string {
  return `token 0x${token.toString(16).padStart(2, '0')}`;
}
