import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { Value } from '../model/value.ts';
import { BodyTemplate, limitText, MAX_TEXT_BYTES } from './record_body.ts';

const shape = new Shape([Attr.dllPath, Attr.dllName, Attr.processPid]);

const bodies: readonly [template: string, values: readonly (Value | undefined)[], body: string][] = [
  ['{dll.path} (pid {process.pid})', ['C:\\a.dll', undefined, 4], 'C:\\a.dll (pid 4)'],
  ['loaded {dll.path|dll.name}', [undefined, 'a.dll', 4], 'loaded a.dll'],
  ['loaded {dll.path|dll.name}', ['C:\\a.dll', 'a.dll', 4], 'loaded C:\\a.dll'],
  ['loaded {dll.path}', [undefined, undefined, undefined], 'loaded ?'],
  ['loaded', [], 'loaded'],
  ['loaded {dll.path}', ['x'.repeat(301)], `loaded ${'x'.repeat(300)}…`],
];
for (const [template, values, body] of bodies) {
  test(`"${template}" with ${values.length} values`, () => {
    assert.equal(new BodyTemplate(template, shape).render(values), body);
  });
}

test('a template that names an attribute the record does not have is a bug', () => {
  assert.throws(() => new BodyTemplate('{file.path}', shape), /file\.path/);
  assert.throws(() => new BodyTemplate('{no.such.attribute}', shape), /no\.such\.attribute/);
});

const whole: readonly [title: string, text: string][] = [
  ['ASCII up to the limit', 'x'.repeat(MAX_TEXT_BYTES)],
  ['wide text up to the limit', '界'.repeat(Math.floor(MAX_TEXT_BYTES / 3))],
  ['nothing', ''],
];
for (const [title, text] of whole) {
  test(`${title} is kept whole`, () => assert.deepEqual(limitText(text), { text, originalSize: undefined }));
}

for (const character of ['x', 'é', '界', '😀']) {
  test(`a text of ${character} is cut between characters and marked`, () => {
    const text = character.repeat(MAX_TEXT_BYTES + 1);
    const { text: cut, originalSize } = limitText(text);
    assert.equal(originalSize, Buffer.byteLength(text));
    assert.ok(Buffer.byteLength(cut) <= MAX_TEXT_BYTES);
    assert.ok(Buffer.byteLength(cut) > MAX_TEXT_BYTES - 4);
    assert.match(cut, new RegExp(`^(${character})+… \\[cut, ${originalSize} bytes in all\\]$`, 'u'));
  });
}
