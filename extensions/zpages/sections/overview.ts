import { overallStatus } from '../../../src/status/service_view.ts';
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
    ];
    return html`<p class="pill ${status}" role="status">${status.replace('_', ' ')}</p><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  },
};
