import type { ServiceView } from '../../../src/status/service_view.ts';
import { type Html, html } from '../html.ts';
import type { Rates } from '../rates.ts';

/** What sections are made of. */
export interface Look {
  readonly service: ServiceView;
  readonly rates: Rates;
}

/** A part of the page that is renewed on its own. */
export interface Section {
  /** Also its place in the address. */
  readonly id: string;
  readonly title: string;
  /** Undefined where there is nothing of the kind. */
  readonly render: (look: Look) => Html | undefined;
}

/** A column of a table: its head, and whether it holds numbers. */
export type Column = string | { readonly number: string };

/** A table that scrolls by itself where it is too wide. */
export function table(name: string, columns: readonly Column[], rows: readonly Html[]): Html {
  const heads = columns.map((column) =>
    typeof column === 'string'
      ? html`<th scope="col">${column}</th>`
      : html`<th scope="col" class="number">${column.number}</th>`,
  );
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** How full something is. */
export function meter(label: string, used: number, size: number): Html {
  return html`<meter aria-label="${label}" min="0" max="${size}" high="${size * 0.8}" optimum="0" value="${Math.min(used, size)}"></meter>`;
}
