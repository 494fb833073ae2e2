import { count } from '../format.ts';
import { html } from '../html.ts';
import { type Section, table } from './section.ts';

/** What decoders of events know by heart. */
export const schemas: Section = {
  id: 'schemas',
  title: 'Schema cache',
  render: ({ service }) => {
    const rows = service
      .components()
      .flatMap(({ id, account }) =>
        account.status
          .shown('schemas')
          .map(
            ({ providers, schemas }) =>
              html`<tr><th scope="row">${id}</th><td class="number">${count(providers)}</td><td class="number">${count(schemas)}</td></tr>`,
          ),
      );
    return rows.length === 0
      ? undefined
      : table('Schema cache', ['receiver', { number: 'providers' }, { number: 'schemas' }], rows);
  },
};
