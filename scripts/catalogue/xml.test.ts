import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descendants, parseXml, type XmlElement } from './xml.ts';

const shape = (element: XmlElement): unknown => [
  element.name,
  Object.fromEntries(element.attributes),
  ...element.children.map(shape),
];

for (const [title, text, expected] of [
  ['an empty element', '<a/>', ['a', {}]],
  ['attributes in either quotes', `<a b="1" win:c='2'/>`, ['a', { b: '1', 'win:c': '2' }]],
  ['space around the equals sign', '<a b = "1" />', ['a', { b: '1' }]],
  ['a > in an attribute', '<a b="x>y"/>', ['a', { b: 'x>y' }]],
  ['entities', '<a b="&lt;&amp;&quot;&apos;&gt;&#65;&#x42;"/>', ['a', { b: `<&"'>AB` }]],
  ['text, which is not kept', '<a>\n>x<b/>y</a>', ['a', {}, ['b', {}]]],
  ['a comment with a tag in it', '<a><!-- <b> --><c/></a>', ['a', {}, ['c', {}]]],
  ['a byte order mark and a declaration', '\u{feff}<?xml version="1.0"?><a></a>', ['a', {}]],
] as const) {
  test(`parses ${title}`, () => assert.deepEqual(shape(parseXml(text)), expected));
}

for (const [title, text, message] of [
  ['an element that is not closed', '<a><b>', /<b> is not closed/],
  ['an element closed by another', '<a>\n<b></a>', /line 2: <\/a> closes nothing/],
  ['an unquoted attribute', '<a>\n\n<b c=1/></a>', /line 3: not understood: <b c=1/],
  ['an attribute twice', '<a b="1" b="2"/>', /attribute b twice/],
  ['an unknown entity', '<a b="&nbsp;"/>', /unknown entity &nbsp;/],
  ['CDATA', '<a><![CDATA[x]]></a>', /not understood/],
  ['two roots', '<a/><b/>', /not one root element/],
  ['nothing', '', /not one root element/],
] as const) {
  test(`refuses ${title}`, () => assert.throws(() => parseXml(text), message));
}

test('descendants come in document order', () => {
  const names = descendants(parseXml('<a><b n="1"><b n="2"/></b><c><b n="3"/></c></a>'), 'b');
  assert.deepEqual(
    [...names].map((element) => element.attributes.get('n')),
    ['1', '2', '3'],
  );
});
