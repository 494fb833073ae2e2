import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Element, type TypedValue } from '../element.ts';

/** Characters of one event: a record has at most 64 KiB, and each of its characters may need an escape of six. */
const MAX_LENGTH = 2 ** 20;
const MAX_ELEMENTS = 16_384;
const MAX_DEPTH = 32;

/** Thrown through the parser at its first error, since it would go on to tell every other one. */
class UnsoundXml extends Error {}

/** An element while it is open. */
interface OpenElement extends Element {
  readonly children: Element[];
  readonly values: TypedValue[];
}

/**
 * The elements of an event as Windows renders it in XML; every value is a text. A string says why they cannot be read. What
 * Windows writes as it stands in an event though XML has no such characters (a command line may have any) becomes U+FFFD,
 * so that no event is lost by it.
 */
export function readEventXml(xml: string): readonly Element[] | string {
  if (xml.length > MAX_LENGTH) return `an event of ${xml.length} characters`;
  const root: OpenElement = element('', {});
  const open = [root];
  let elements = 0;
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => {
    throw new UnsoundXml(message);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++elements > MAX_ELEMENTS) throw new UnsoundXml('too many elements');
    if (open.length > MAX_DEPTH) throw new UnsoundXml('elements too deep');
    const one = element(name, attributes);
    open.at(-1)?.children.push(one);
    open.push(one);
  });
  parser.on('text', (value) => open.at(-1)?.values.push(text(value)));
  parser.on('closetag', () => void open.pop());
  try {
    parser.write(sound(xml)).close();
  } catch (error) {
    if (!(error instanceof UnsoundXml)) throw error;
    return error.message;
  }
  return root.children;
}

function element(name: string, attributes: SaxesTagPlain['attributes']): OpenElement {
  const named = Object.entries(attributes).map(([key, value]) => [key, text(value)] as const);
  return { name, attributes: new Map(named), children: [], values: [] };
}

function text(value: string): TypedValue {
  return { inType: 'UnicodeString', value };
}

// All but the characters of XML 1.0; a surrogate alone is none of them.
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

// Carriage returns stand in scripts; as they are, XML would take them away.
function sound(xml: string): string {
  return xml.replace(NO_XML, '\ufffd').replaceAll('\r', '&#13;');
}
