import type { DetectionRow, ProcessRow } from '../../../src/status/panels.ts';
import { type Html, html } from '../html.ts';
import type { Section } from './section.ts';

/** The last detections, newest first, each with its processes. */
export const detections: Section = {
  id: 'detections',
  title: 'Last detections',
  render: ({ service }) => {
    const shown = service.components().map(({ account }) => account.status.shown('detections'));
    if (shown.flat().length === 0) return undefined;
    const rows = shown.flat(2).sort((a, b) => b.time - a.time);
    if (rows.length === 0) return html`<p class="quiet">None so far.</p>`;
    return html`<ol class="detections">${rows.map(row)}</ol>`;
  },
};

function row(detection: DetectionRow): Html {
  const { id, time, level, title, ruleId, event, container, tree } = detection;
  const at = new Date(time).toISOString();
  return html`<li id="d-${id}"><details><summary><span class="pill level-${level}">${level}</span><span class="what">${title}</span><bdi class="where">${container ?? 'node'}</bdi><time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)}</time></summary><p><code>${event}</code> <span class="quiet">rule</span> <code>${ruleId}</code></p>${branch(tree)}</details></li>`;
}

/** Each process below its parent. */
function branch([process, ...children]: readonly ProcessRow[]): Html | undefined {
  if (process === undefined) return undefined;
  const { name, pid, commandLine } = process;
  const line =
    commandLine === undefined ? undefined : html`<code class="line"><bdi>${commandLine}</bdi></code>`;
  return html`<ul class="tree"><li><bdi>${name}</bdi> <span class="quiet">${pid}</span>${line}${branch(children)}</li></ul>`;
}
