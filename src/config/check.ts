import type { AnyDefinition } from '../component.ts';
import { type CheckedSection, type CheckedSections, canonicalId, checkSection } from './check_components.ts';
import { checkConnectors, orderPipelines } from './check_connectors.ts';
import { checkPipelines, type PlacedPipeline } from './check_pipelines.ts';
import { checkMachine, usedIds, warnOfUnused } from './check_use.ts';
import { type CheckedConfig, SECTIONS, type Section } from './checked.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type ConfigNode, kindOf, type MapNode, nodeAt, textsIn } from './node.ts';
import { parseWith } from './parse_with.ts';
import { type ServiceConfig, serviceSchema } from './service_config.ts';
import { suggest } from './suggest.ts';

/** A config that can run, with warnings, or everything that is wrong with it. */
export type CheckResult =
  | { readonly kind: 'ok'; readonly config: CheckedConfig; readonly warnings: readonly ConfigIssue[] }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

/** What a check is made against. */
export interface CheckOptions {
  readonly definitions: readonly AnyDefinition[];
  /** Whether a component that this machine cannot run is an error, or (to check for another machine) a warning. */
  readonly unsupported: 'error' | 'warning';
}

/** Checks a merged and expanded config as a whole; finds everything that is wrong, not only the first thing. */
export function check(root: ConfigNode, options: CheckOptions): CheckResult {
  const issues: ConfigIssue[] = [];
  if (root.kind !== 'map') {
    return {
      kind: 'wrong',
      issues: [issueAt('wrong_type', root.range, `expected a map of sections, got ${kindOf(root)}`)],
    };
  }
  for (const [name, { key }] of root.entries) {
    if (name === 'service' || SECTIONS.some((section) => section === name)) continue;
    const hint = suggest(name, [...SECTIONS, 'service'], 'valid sections');
    issues.push(issueAt('unknown_section', key, `unknown section "${name}"`, hint));
  }
  const section = <K extends Section>(name: K) =>
    checkSection(name, root.entries.get(name), options.definitions, issues);
  const sections: CheckedSections = {
    receivers: section('receivers'),
    processors: section('processors'),
    exporters: section('exporters'),
    connectors: section('connectors'),
    extensions: section('extensions'),
  };
  checkAmbiguity(sections, issues);
  const service = checkService(root, issues);
  const { definitions } = options;
  const pipelines = checkPipelines(nodeAt(root, ['service', 'pipelines']), { sections, definitions, issues });
  const extensions = checkExtensions(
    nodeAt(root, ['service', 'extensions']),
    sections.extensions,
    options,
    issues,
  );
  checkConnectors(pipelines, sections.connectors, issues);
  const ordered = orderPipelines(pipelines, sections.connectors, issues);
  const used = usedIds(pipelines, extensions);
  checkMachine(sections, used, options.unsupported, issues);
  if (service === undefined || issues.some(({ severity }) => severity === 'error'))
    return { kind: 'wrong', issues };
  warnOfUnused(sections, used, issues);
  return {
    kind: 'ok',
    config: assemble(sections, ordered, { ...service, extensions }, root),
    warnings: issues,
  };
}

function checkService(root: MapNode, issues: ConfigIssue[]): ServiceConfig | undefined {
  const entry = root.entries.get('service');
  if (entry === undefined) {
    const start = { ...root.range, end: root.range.start };
    const hint = 'service::pipelines says what runs';
    issues.push(issueAt('missing_section', start, 'the section "service" is missing', hint));
    return undefined;
  }
  const parsed = parseWith(serviceSchema, { name: 'service', entry });
  if (parsed.kind === 'wrong') {
    issues.push(...parsed.issues);
    return undefined;
  }
  if (Object.keys(parsed.value.pipelines).length === 0) {
    issues.push(issueAt('empty_pipeline', entry.key, 'service::pipelines must have at least one pipeline'));
  }
  return parsed.value;
}

/** An id that is both a connector and a receiver or exporter would leave a pipeline in doubt. */
function checkAmbiguity({ receivers, exporters, connectors }: CheckedSections, issues: ConfigIssue[]): void {
  for (const [id, { entry }] of connectors.components) {
    for (const { section, components } of [receivers, exporters]) {
      if (components.has(id))
        issues.push(issueAt('duplicate_id', entry.key, `connectors: "${id}" is also one of the ${section}`));
    }
  }
}

function checkExtensions(
  node: ConfigNode | undefined,
  { components, broken }: CheckedSection,
  { definitions }: CheckOptions,
  issues: ConfigIssue[],
): string[] {
  const own = definitions.filter(({ kind }) => kind === 'extension');
  const checked: string[] = [];
  for (const { text, range } of textsIn(node)) {
    const id = canonicalId(text, own);
    if (broken.has(id)) continue;
    if (checked.includes(id)) {
      issues.push(issueAt('duplicate_reference', range, `service::extensions names "${text}" twice`));
    } else if (components.has(id)) checked.push(id);
    else {
      const message = `service::extensions: "${text}" is not configured under extensions`;
      issues.push(
        issueAt('unknown_reference', range, message, suggest(text, components.keys(), 'configured')),
      );
    }
  }
  return checked;
}

function assemble(
  sections: CheckedSections,
  pipelines: readonly PlacedPipeline[],
  service: ServiceConfig,
  root: ConfigNode,
): CheckedConfig {
  return {
    receivers: sections.receivers.components,
    processors: sections.processors.components,
    exporters: sections.exporters.components,
    connectors: sections.connectors.components,
    extensions: sections.extensions.components,
    pipelines,
    service,
    root,
  };
}
