import type { ComponentView } from '../../../src/status/service_view.ts';
import { type Html, html } from '../html.ts';
import type { Section } from './section.ts';

/** Who is not well; nothing where all are. */
export const health: Section = {
  id: 'health',
  title: 'Not well',
  render: ({ service }) => {
    const rows = service.components().flatMap(row);
    return rows.length === 0 ? undefined : html`<ul class="unwell">${rows}</ul>`;
  },
};

function row({ kind, id, pipeline, account }: ComponentView): readonly Html[] {
  const { kind: status, reasons } = account.status.now();
  if (status === 'ok') return [];
  const where = pipeline === undefined ? kind : `${kind} in ${pipeline}`;
  return [
    html`<li><span class="pill ${status}">${status.replace('_', ' ')}</span> <strong>${id}</strong> <span class="quiet">${where}</span>${reasons.map((reason) => html`<p>${reason}</p>`)}</li>`,
  ];
}
