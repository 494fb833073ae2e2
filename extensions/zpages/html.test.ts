import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

const cases: readonly [title: string, text: string, shown: string][] = [
  ['an element', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['out of an attribute', `" onclick='x'`, '&quot; onclick=&#39;x&#39;'],
  ['what is escaped already', '&lt;', '&amp;lt;'],
  ['another direction', 'gpj.\u202eexe', 'gpj.\\u{202e}exe'],
  ['nothing to see', 'a\u200bb\u0000', 'a\\u{200b}b\\u{0}'],
  ['lines', 'a\r\nb', 'a\\u{d}\nb'],
  ['other scripts', 'ᛋ путь 路径', 'ᛋ путь 路径'],
];
for (const [title, text, shown] of cases) {
  test(`texts are escaped: ${title}`, () => {
    assert.equal(html`<b title="${text}">${text}</b>`.html, `<b title="${shown}">${shown}</b>`);
  });
}

test('templates stand in templates', () => {
  const items = ['<', 2].map((value) => html`<li>${value}</li>`);
  assert.equal(html`<ul>${items}${undefined}</ul>`.html, '<ul><li>&lt;</li><li>2</li></ul>');
});
