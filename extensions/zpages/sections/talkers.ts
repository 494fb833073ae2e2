import { bytes, count } from '../format.ts';
import { html } from '../html.ts';
import { type Section, table } from './section.ts';

const COLUMNS = ['who', 'limit', { number: 'records' }, { number: 'bytes' }, { number: 'left out' }] as const;

/** Who sends most, under the limits of `rate_limit`. */
export const talkers: Section = {
  id: 'talkers',
  title: 'Top talkers today',
  render: ({ service }) => {
    const rows = service.components().flatMap(({ account }) => account.status.shown('talkers').flat());
    if (rows.length === 0) return undefined;
    const sorted = rows.toSorted((a, b) => b.bytes - a.bytes);
    return table(
      'Top talkers today',
      COLUMNS,
      sorted.map(
        ({ limit, group, records, bytes: size, dropped }) =>
          html`<tr><th scope="row">${group}</th><td>${limit}</td><td class="number">${count(records)}</td><td class="number">${bytes(size)}</td><td class="number${dropped > 0 ? ' bad' : ''}">${count(dropped)}</td></tr>`,
      ),
    );
  },
};
