import { Buffer } from 'node:buffer';
import type { AttributeSet, Shape } from '../model/attribute_set.ts';
import { registered } from '../model/attributes.ts';
import type { TextTemplate } from '../model/deferred_text.ts';
import type { Value } from '../model/value.ts';

/** A body quotes at most this many characters of an attribute: it is for people, the attribute is whole. */
const MAX_QUOTED = 300;

/** The most bytes (UTF-8) of a text that is a body itself. */
export const MAX_TEXT_BYTES = 32 * 1024;

/**
 * A body template (`module loaded: {dll.path} (pid {process.pid})`), compiled for records of one shape.
 * `{a|b}` takes the first attribute that is there; `?` stands for none.
 */
export class BodyTemplate implements TextTemplate {
  readonly #head: string;
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  readonly #tails: string[] = [];
  /** The numbers that stood there last, and their text with the tail: process ids come in runs. */
  readonly #numbers: number[] = [];
  readonly #numberTexts: string[] = [];

  /** Throws for an attribute the shape does not have; the tables' test compiles all. */
  constructor(template: string, shape: Shape) {
    const [head = '', ...rest] = template.split('{');
    this.#head = head;
    for (const part of rest) {
      const [names = '', tail = ''] = part.split('}', 2);
      const [first = -1, second = -1] = names.split('|').map((name) => slotOf(name, shape, template));
      this.#first.push(first);
      this.#second.push(second);
      this.#tails.push(tail);
      this.#numbers.push(0);
      this.#numberTexts.push(`0${tail}`);
    }
  }

  /** The body of a record with these own values. Never empty. */
  render(values: AttributeSet['values']): string {
    let body = this.#head;
    const first = this.#first;
    for (let i = 0; i < first.length; i++) {
      let value = values[first[i] as number];
      if (value === undefined) value = values[this.#second[i] as number];
      body +=
        typeof value === 'number' ? this.#numberText(i, value) : quoted(value) + (this.#tails[i] as string);
    }
    return body;
  }

  #numberText(i: number, value: number): string {
    if (this.#numbers[i] === value) return this.#numberTexts[i] as string;
    const text = `${value}${this.#tails[i]}`;
    this.#numbers[i] = value;
    this.#numberTexts[i] = text;
    return text;
  }
}

function slotOf(name: string, shape: Shape, template: string): number {
  const key = registered(name);
  const slot = key === undefined ? -1 : shape.indexOf(key);
  if (slot < 0) throw new Error(`"${template}" names the attribute ${name}, which the record does not have`);
  return slot;
}

function quoted(value: Value | undefined): string {
  if (typeof value === 'string') return value.length > MAX_QUOTED ? `${value.slice(0, MAX_QUOTED)}…` : value;
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'boolean' ? String(value) : '?';
}

/** A text cut to {@link MAX_TEXT_BYTES}, with a mark where it was cut, and its size before. */
export interface LimitedText {
  readonly text: string;
  /** Bytes of the whole text; undefined when nothing was cut. */
  readonly originalSize: number | undefined;
}

/**
 * Cuts a text that is to be a body; between characters, never within one. `whole` is the size of the text in
 * UTF-8 where this is only its beginning.
 */
export function limitText(text: string, whole?: number): LimitedText {
  // A UTF-16 code unit makes at most 3 bytes.
  if (whole === undefined && text.length * 3 <= MAX_TEXT_BYTES) return { text, originalSize: undefined };
  const size = whole ?? Buffer.byteLength(text);
  if (size <= MAX_TEXT_BYTES) return { text, originalSize: undefined };
  const mark = cutMark(size);
  const bytes = Buffer.from(text.slice(0, MAX_TEXT_BYTES));
  let end = Math.min(bytes.length, MAX_TEXT_BYTES - Buffer.byteLength(mark));
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return { text: bytes.toString('utf8', 0, end) + mark, originalSize: size };
}

/** What stands at the end of a text that was cut. */
export function cutMark(size: number): string {
  return `… [cut, ${size} bytes in all]`;
}
