import type { ConnectorDefinition, Signal } from '../component.ts';
import type { CheckedSection } from './check_components.ts';
import type { PlacedPipeline } from './check_pipelines.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type Entry, nodeAt } from './node.ts';
import type { Range } from './source.ts';

/** Checks that each connector joins pipelines it can join, at both ends. */
export function checkConnectors(
  pipelines: readonly PlacedPipeline[],
  connectors: CheckedSection<'connectors'>,
  issues: ConfigIssue[],
): void {
  for (const { id, definition, entry } of connectors.components.values()) {
    const from = pipelines.filter(({ exporters }) => exporters.includes(id));
    const to = pipelines.filter(({ receivers }) => receivers.includes(id));
    if (from.length === 0 && to.length === 0) continue;
    if (from.length === 0 || to.length === 0) {
      const [has, lacks] = from.length === 0 ? ['receiver', 'exporter'] : ['exporter', 'receiver'];
      const message = `connectors: "${id}" is used as ${has} but not as ${lacks}`;
      issues.push(
        issueAt('connector_misuse', entry.key, message, `name it among the ${lacks}s of another pipeline`),
      );
    }
    const before = issues.length;
    for (const end of from) checkJoin(id, definition, end, to, 'exporters', issues);
    // The other end of a join that is wrong already is no second error.
    if (issues.length > before) continue;
    for (const end of to) checkJoin(id, definition, end, from, 'receivers', issues);
  }
}

function checkJoin(
  id: string,
  definition: ConnectorDefinition,
  end: PlacedPipeline,
  others: readonly PlacedPipeline[],
  role: 'receivers' | 'exporters',
  issues: ConfigIssue[],
): void {
  const fits = (other: PlacedPipeline) =>
    role === 'exporters'
      ? connects(definition, end.signal, other.signal)
      : connects(definition, other.signal, end.signal);
  if (others.length === 0 || others.some(fits)) return;
  const way = role === 'exporters' ? `from ${end.signal} to` : `to ${end.signal} from`;
  const signals = [...new Set(others.map(({ signal }) => signal))].join(' or ');
  issues.push(
    issueAt(
      'connector_misuse',
      placeOf(end, role, id),
      `connectors: "${id}" cannot connect ${way} ${signals}`,
    ),
  );
}

/** Whether a connector can take one signal and hand on the other. */
export function connects(definition: ConnectorDefinition, from: Signal, to: Signal): boolean {
  if (from === 'logs')
    return (to === 'logs' ? definition.createLogsToLogs : definition.createLogsToTraces) !== undefined;
  return to === 'traces' && definition.createTracesToTraces !== undefined;
}

/**
 * The pipelines in an order in which what a pipeline feeds stands before it. Pipelines that feed each other
 * in a circle are an error and left out.
 */
export function orderPipelines(
  pipelines: readonly PlacedPipeline[],
  connectors: CheckedSection<'connectors'>,
  issues: ConfigIssue[],
): PlacedPipeline[] {
  const ordered: PlacedPipeline[] = [];
  const state = new Map<PlacedPipeline, 'open' | 'done'>();
  const trail: string[] = [];

  const visit = (pipeline: PlacedPipeline): void => {
    state.set(pipeline, 'open');
    trail.push(pipeline.id);
    for (const id of pipeline.exporters) {
      if (!connectors.components.has(id)) continue;
      for (const fed of pipelines.filter(({ receivers }) => receivers.includes(id))) {
        trail.push(id);
        if (state.get(fed) === 'open') {
          const circle = [...trail.slice(trail.indexOf(fed.id)), fed.id].join(' → ');
          issues.push(
            issueAt(
              'pipeline_cycle',
              placeOf(pipeline, 'exporters', id),
              `pipelines feed each other in a circle: ${circle}`,
            ),
          );
        } else if (!state.has(fed)) visit(fed);
        trail.pop();
      }
    }
    trail.pop();
    state.set(pipeline, 'done');
    ordered.push(pipeline);
  };
  for (const pipeline of pipelines) if (!state.has(pipeline)) visit(pipeline);
  return ordered;
}

/** Where a pipeline names a component; ids of aliases are not found by their text, then it is the list. */
function placeOf(pipeline: { readonly entry: Entry }, role: 'receivers' | 'exporters', id: string): Range {
  const list = nodeAt(pipeline.entry.value, [role]);
  const item =
    list?.kind === 'list'
      ? list.items.find((node) => node.kind === 'scalar' && node.value === id)
      : undefined;
  return item?.range ?? pipeline.entry.key;
}
