/** Text that is HTML already; only {@link html} makes it. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template: texts are escaped, nothing is left out. */
export type Content = string | number | Html | readonly Html[] | undefined;

/** A template whose values are escaped wherever they stand, in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  for (const [i, value] of values.entries()) text += written(value) + (parts[i + 1] ?? '');
  return { html: text };
}

function written(value: Content): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Controls, and what makes text look like other text: marks and overrides of direction, and zero width.
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Command lines and names are whatever an attacker chose; what cannot be seen is shown by its code. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(UNSEEN, (character) =>
      character === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );
}
