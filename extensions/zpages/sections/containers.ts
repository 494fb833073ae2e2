import type { ContainerRow } from '../../../src/status/panels.ts';
import { type Html, html } from '../html.ts';
import { type Section, table } from './section.ts';

/** Who runs on this node, and how what they do was found to be theirs. */
export const containers: Section = {
  id: 'containers',
  title: 'Containers',
  render: ({ service }) => {
    const shown = service.components().map(({ account }) => account.status.shown('containers'));
    if (shown.flat().length === 0) return undefined;
    // Whoever attributes knows more than the one who lists.
    const known = new Map<string, ContainerRow>();
    for (const row of shown.flat(2)) if (!known.has(row.id) || row.methods.length > 0) known.set(row.id, row);
    if (known.size === 0) return html`<p class="quiet">None are known.</p>`;
    const columns = ['container', 'image', 'isolation', 'found by', 'state'];
    return table('Containers', columns, Array.from(known.values(), row));
  },
};

function row({ name, image, isolation, methods, state }: ContainerRow): Html {
  const found = methods.length === 0 ? undefined : methods.map((method) => html`<code>${method}</code> `);
  return html`<tr><th scope="row"><bdi>${name}</bdi></th><td><bdi>${image ?? ''}</bdi></td><td>${isolation}</td><td>${found}</td><td>${state}</td></tr>`;
}
