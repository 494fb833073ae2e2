/** An element of a parsed document: text is not kept, manifests hold their facts in attributes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

// One construct at a time, from wherever the last one ended: text, comment, processing instruction or tag.
const TEXT = /[^<]+/y;
const COMMENT = /<!--[\s\S]*?-->/y;
const INSTRUCTION = /<\?[\s\S]*?\?>/y;
const CLOSING = /<\/([\w:.-]+)\s*>/y;
const OPENING = /<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Parses the XML that instrumentation manifests are written in: elements, attributes, comments, the five
 * named entities and character references. No DTD, no CDATA. Throws with the line of the first construct
 * it does not know: a manifest read by half would make a wrong catalogue.
 */
export function parseXml(text: string): XmlElement {
  const root: OpenElement = { name: '', attributes: new Map(), children: [] };
  const open: OpenElement[] = [root];
  let at = text.charCodeAt(0) === 0xfe_ff ? 1 : 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (match(TEXT) !== null || match(COMMENT) !== null || match(INSTRUCTION) !== null) continue;
    const closing = match(CLOSING);
    if (closing !== null) {
      const element = open.pop();
      if (element === undefined || element === root || element.name !== closing[1]) {
        throw new Error(`line ${lineOf(text, at)}: </${closing[1]}> closes nothing`);
      }
      continue;
    }
    const opening = match(OPENING);
    if (opening === null)
      throw new Error(`line ${lineOf(text, at)}: not understood: ${text.slice(at, at + 40)}`);
    const element = { name: opening[1] ?? '', attributes: attributesOf(opening[2] ?? ''), children: [] };
    open.at(-1)?.children.push(element);
    if (opening[3] !== '/') open.push(element);
  }
  const [document] = root.children;
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  if (document === undefined || root.children.length > 1) throw new Error('not one root element');
  return document;
}

/** All elements of that name below `element`, in document order. */
export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  for (const child of element.children) {
    if (child.name === name) yield child;
    yield* descendants(child, name);
  }
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw new Error(`attribute ${name} twice in: ${text.trim()}`);
    attributes.set(name, decodeEntities(double ?? single ?? ''));
  }
  return attributes;
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    const character = ENTITIES.get(entity);
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
