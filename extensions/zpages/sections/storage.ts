import { bytes, count } from '../format.ts';
import { html } from '../html.ts';
import { meter, type Section, table } from './section.ts';

const COLUMNS = [
  'file',
  'in use',
  { number: 'on disk' },
  { number: 'at most' },
  { number: 'writes refused' },
] as const;

/** What is kept on disk. */
export const storage: Section = {
  id: 'storage',
  title: 'Storage',
  render: ({ service }) => {
    const stores = service.components().flatMap(({ account }) => account.status.shown('stores').flat());
    if (stores.length === 0) return undefined;
    const rows = stores.map(
      ({ name, used, file, max, refused }) =>
        html`<tr><th scope="row">${name}</th><td>${meter(`in use of ${name}`, used, max)} ${bytes(used)}</td><td class="number">${bytes(file)}</td><td class="number">${bytes(max)}</td><td class="number${refused > 0 ? ' bad' : ''}">${count(refused)}</td></tr>`,
    );
    return table('Storage', COLUMNS, rows);
  },
};
