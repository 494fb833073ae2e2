import { count, rate } from '../format.ts';
import { html } from '../html.ts';
import { type Section, table } from './section.ts';

const COLUMNS = [
  'session',
  { number: 'buffers/s' },
  { number: 'buffers' },
  { number: 'events lost' },
  { number: 'buffers lost' },
  { number: 'events dropped' },
  { number: 'waited' },
] as const;

/** Live ETW sessions, by the counters of Windows and of the ring. */
export const sessions: Section = {
  id: 'sessions',
  title: 'ETW sessions',
  render: ({ service, rates }) => {
    const rows = service.components().flatMap(({ account }) =>
      Array.from(account.sessions, ([name, read]) => {
        const counters = read();
        const of = (key: string): number => counters[key] ?? 0;
        const bad = (value: number) =>
          html`<td class="number${value > 0 ? ' bad' : ''}">${count(value)}</td>`;
        return html`<tr><th scope="row">${name}</th><td class="number">${rate(rates.perSecond(`${account.id}/${name}`))}</td><td class="number">${count(of('buffersDelivered'))}</td>${bad(of('eventsLost'))}${bad(of('realTimeBuffersLost') + of('logBuffersLost'))}${bad(of('eventsDropped') + of('eventsUnpackable'))}<td class="number">${count(of('blockedMilliseconds'))} ms</td></tr>`;
      }),
    );
    return rows.length === 0 ? undefined : table('ETW sessions', COLUMNS, rows);
  },
};
