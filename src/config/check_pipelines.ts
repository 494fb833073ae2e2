import type { AnyDefinition, Signal } from '../component.ts';
import { type CheckedSections, canonicalId } from './check_components.ts';
import type { PipelineConfig, Section } from './checked.ts';
import { parseId } from './ids.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type ConfigNode, type Entry, textsIn } from './node.ts';
import type { Range } from './source.ts';
import { suggest } from './suggest.ts';

/** A pipeline with the places of its references. */
export interface PlacedPipeline extends PipelineConfig {
  readonly entry: Entry;
}

type Role = 'receivers' | 'processors' | 'exporters';

/** Which sections an id of each list of a pipeline may come from. */
const SOURCES: Readonly<Record<Role, readonly Section[]>> = {
  receivers: ['receivers', 'connectors'],
  processors: ['processors'],
  exporters: ['exporters', 'connectors'],
};

/** What the check of pipelines needs to know. */
export interface PipelineContext {
  readonly sections: CheckedSections;
  readonly definitions: readonly AnyDefinition[];
  readonly issues: ConfigIssue[];
}

/** Checks ids, signals and references of all pipelines, as far as what is written can be read. */
export function checkPipelines(node: ConfigNode | undefined, context: PipelineContext): PlacedPipeline[] {
  const placed: PlacedPipeline[] = [];
  for (const [id, entry] of node?.kind === 'map' ? node.entries : []) {
    const signal = signalOf(id, entry, context.issues);
    if (signal === undefined) continue;
    const list = (role: Role) => checkList(`service::pipelines::${id}`, signal, role, entry, context);
    const [receivers, processors, exporters] = [list('receivers'), list('processors'), list('exporters')];
    placed.push({ id, signal, receivers, processors, exporters, entry });
  }
  return placed;
}

function signalOf(text: string, { key }: Entry, issues: ConfigIssue[]): Signal | undefined {
  const id = parseId(text);
  if (id?.type === 'logs' || id?.type === 'traces') return id.type;
  const [code, message] =
    id === undefined
      ? (['bad_id', `"${text}" is not an id`] as const)
      : (['unknown_type', `unknown signal "${id.type}" in "${text}"`] as const);
  issues.push(
    issueAt(
      code,
      key,
      `service::pipelines: ${message}`,
      suggest(id?.type ?? text, ['logs', 'traces'], 'valid signals'),
    ),
  );
  return undefined;
}

function checkList(
  name: string,
  signal: Signal,
  role: Role,
  pipeline: Entry,
  context: PipelineContext,
): string[] {
  const entry = pipeline.value.kind === 'map' ? pipeline.value.entries.get(role) : undefined;
  if (entry?.value.kind === 'list' && entry.value.items.length === 0 && role !== 'processors') {
    context.issues.push(
      issueAt('empty_pipeline', entry.key, `${name} must have at least one ${role.slice(0, -1)}`),
    );
  }
  const checked: string[] = [];
  for (const { text, range } of textsIn(entry?.value)) {
    const id = checkReference(`${name}::${role}`, signal, role, text, range, context);
    if (id === undefined) continue;
    if (checked.includes(id)) {
      context.issues.push(issueAt('duplicate_reference', range, `${name}::${role} names "${text}" twice`));
    } else checked.push(id);
  }
  return checked;
}

function checkReference(
  name: string,
  signal: Signal,
  role: Role,
  text: string,
  range: Range,
  context: PipelineContext,
): string | undefined {
  const { sections, definitions, issues } = context;
  const sources = SOURCES[role].map((section) => sections[section]);
  for (const { section, components, broken } of sources) {
    const id = canonicalId(
      text,
      definitions.filter(({ kind }) => `${kind}s` === section),
    );
    if (broken.has(id) || broken.has(text)) return undefined;
    const definition = components.get(id)?.definition;
    if (definition === undefined) continue;
    const complaint = wrongSignal(definition, signal, role);
    if (complaint === undefined) return id;
    issues.push(issueAt('wrong_signal', range, `${name}: "${text}" ${complaint}`));
    return undefined;
  }
  const known = sources.flatMap(({ components, broken }) => Array.from([...components.keys(), ...broken]));
  const message = `${name}: "${text}" is not configured under ${SOURCES[role].join(' or ')}`;
  issues.push(issueAt('unknown_reference', range, message, suggest(text, known, 'configured')));
  return undefined;
}

/** Why a component cannot stand in a pipeline of that signal, or undefined when it can. */
function wrongSignal(definition: AnyDefinition, signal: Signal, role: Role): string | undefined {
  const can = signalsOf(definition, role);
  return can.includes(signal) ? undefined : `cannot be used for ${signal}, only for ${can.join(' and ')}`;
}

function signalsOf(definition: AnyDefinition, role: Role): Signal[] {
  switch (definition.kind) {
    case 'receiver':
    case 'exporter':
      return [...definition.signals];
    case 'processor':
      return present(definition.createLogs, definition.createTraces);
    case 'connector': {
      const { createLogsToLogs, createLogsToTraces, createTracesToTraces } = definition;
      if (role === 'exporters') return present(createLogsToLogs ?? createLogsToTraces, createTracesToTraces);
      return present(createLogsToLogs, createLogsToTraces ?? createTracesToTraces);
    }
    case 'extension':
      return [];
  }
}

function present(logs: unknown, traces: unknown): Signal[] {
  return [
    ...(logs === undefined ? [] : (['logs'] as const)),
    ...(traces === undefined ? [] : (['traces'] as const)),
  ];
}
