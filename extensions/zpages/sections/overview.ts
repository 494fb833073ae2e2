import { overallStatus, type ServiceView } from '../../../src/status/service_view.ts';
import { VERSION } from '../../../src/version.ts';
import { bytes, duration } from '../format.ts';
import { html } from '../html.ts';
import type { Section } from './section.ts';

/** The whole at a glance. */
export const overview: Section = {
  id: 'overview',
  title: '',
  render: ({ service, rates }) => {
    const status = overallStatus(service.components());
    const seconds = Math.max(0, (Date.now() - service.startedAt) / 1000);
    const facts: readonly (readonly [name: string, value: string])[] = [
      ['up', duration(seconds)],
      ['memory', bytes(process.memoryUsage.rss())],
      ['processors in use', rates.perSecond('cpu').toFixed(2)],
      ['version', VERSION],
      ...configuration(service),
    ];
    return html`<p class="pill ${status}" role="status">${status.replace('_', ' ')}</p><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  },
};

/** Which configuration runs, and what came of reading it again. */
function configuration(service: ServiceView): readonly (readonly [name: string, value: string])[] {
  const { hash, lastReload } = service.configuration();
  const facts = [['configuration', hash.slice(0, 12)]] as const;
  if (lastReload === undefined) return facts;
  const ago = duration(Math.max(0, (Date.now() - lastReload.at) / 1000));
  return [...facts, ['last reload', `${lastReload.outcome} ${ago} ago`]];
}
