import type { Value } from './value.ts';

/** Puts a text together from values. */
export interface TextTemplate {
  render(values: readonly (Value | undefined)[]): string;
}

/**
 * A text that is put together whenever it is asked for. A record waits for its batch to be sent, and meanwhile the
 * collector would carry about a text, and the parts that it was joined of, which are all in its values.
 */
export class DeferredText {
  readonly #template: TextTemplate;
  readonly #values: readonly (Value | undefined)[];

  /** The values must not change any more. */
  constructor(template: TextTemplate, values: readonly (Value | undefined)[]) {
    this.#template = template;
    this.#values = values;
  }

  get text(): string {
    return this.#template.render(this.#values);
  }
}
