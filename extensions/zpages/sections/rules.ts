import type { RuleRow } from '../../../src/status/panels.ts';
import { count, shortTime } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Section, table } from './section.ts';

/** Rules that are shown; of thousands most never do anything. */
const MAX_RULES = 25;

const COLUMNS = [
  'rule',
  'level',
  { number: 'matches' },
  { number: 'evaluations' },
  { number: 'time' },
  { number: 'errors' },
] as const;

/** What rules did since the start: those that matched or took time first. Times are estimated: a rule that runs rarely has none. */
export const rules: Section = {
  id: 'rules',
  title: 'Rules',
  render: ({ service }) => {
    const shown = service.components().map(({ account }) => account.status.shown('rules'));
    const all = shown.flat(2);
    if (all.length === 0) return undefined;
    const active = all.filter(({ evaluations }) => evaluations > 0);
    const rows = active.sort((a, b) => b.matches - a.matches || b.time - a.time).slice(0, MAX_RULES);
    return html`<p class="quiet">${count(all.length)} rules, ${count(active.length)} were tried on records.</p>${rows.length === 0 ? undefined : table('Rules', COLUMNS, rows.map(row))}`;
  },
};

function row({ title, level, matches, evaluations, time, errors }: RuleRow): Html {
  return html`<tr><th scope="row">${title}</th><td><span class="pill level-${level}">${level}</span></td><td class="number">${count(matches)}</td><td class="number">${count(evaluations)}</td><td class="number">${time > 0 ? shortTime(time) : '–'}</td><td class="number${errors > 0 ? ' bad' : ''}">${count(errors)}</td></tr>`;
}
