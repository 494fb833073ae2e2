import type { ComponentView, PipelineView, ServiceView } from '../../../src/status/service_view.ts';
import { type Account, total } from '../../../src/telemetry/ledger.ts';
import { count, rate } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Rates } from '../rates.ts';
import { meter, type Section } from './section.ts';
import { sparkline } from './sparkline.ts';

/** What flows where, how fast, and what waits. */
export const pipelines: Section = {
  id: 'pipelines',
  title: 'Pipelines',
  render: ({ service, rates }) =>
    html`${service.pipelines.map((pipeline) => flow(pipeline, service, rates))}`,
};

function flow(pipeline: PipelineView, service: ServiceView, rates: Rates): Html {
  const components = service.components();
  const stage = (kinds: readonly ComponentView['kind'][], ids: readonly string[]) =>
    ids.map((id) =>
      components.filter(
        (one) =>
          kinds.includes(one.kind) &&
          one.id === id &&
          (one.pipeline === undefined || one.pipeline === pipeline.id),
      ),
    );
  const stages = [
    stage(['receiver', 'connector'], pipeline.receivers).flat(),
    ...stage(['processor'], pipeline.processors),
    stage(['exporter', 'connector'], pipeline.exporters).flat(),
  ];
  return html`<h3>${pipeline.id}</h3><ol class="flow">${stages.map((nodes) => html`<li>${nodes.map((node) => card(node, rates))}</li>`)}</ol>`;
}

function card({ kind, id, account }: ComponentView, rates: Rates): Html {
  return html`<article class="card ${account.status.now().kind}"><h4>${id}</h4><p class="rate" title="${kind}"><b>${rate(rates.perSecond(account.id))}</b> ${kind === 'receiver' ? 'events/s' : 'records/s'}</p>${sparkline(rates.history(account.id))}${facts(account)}${queues(account)}</article>`;
}

function facts(account: Account): Html {
  const { kind, queued, filtered, made } = account;
  const shown: readonly (readonly [name: string, value: number, isBad: boolean])[] = [
    [kind === 'receiver' ? 'read' : kind === 'exporter' ? 'delivered' : 'in', passed(account), false],
    ['made', made, false],
    ['filtered', filtered, false],
    ['waiting', queued, false],
    ['lost', total(account.lost), true],
    ['dropped', total(account.dropped), true],
  ];
  const items = shown
    .filter(([, value], i) => i === 0 || value > 0)
    .map(
      ([name, value, isBad]) =>
        html`<div${isBad ? BAD : undefined}><dt>${name}</dt><dd>${count(value)}</dd></div>`,
    );
  return html`<dl>${items}</dl>`;
}

const BAD = html` class="bad"`;

/** Back-pressure: what refuses, or lets wait, when it is full. */
function queues({ status }: Account): readonly Html[] {
  return status
    .shown('queue')
    .filter(({ used }, i) => i === 0 || used > 0)
    .map(({ used, size, sizer, onDisk }) => {
      const words = `queue${onDisk ? ' on disk' : ''}: ${count(used)} of ${count(size)} ${sizer}`;
      return html`<p class="queue">${meter(words, used, size)}<span class="quiet">${words}</span></p>`;
    });
}

/** What went through a component, as its kind counts it. */
export function passed({ kind, read, taken, delivered }: Account): number {
  if (kind === 'receiver') return read;
  return kind === 'exporter' ? delivered : taken;
}
