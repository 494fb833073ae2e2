import type {
  AnyDefinition,
  ConnectorDefinition,
  ExporterDefinition,
  ExtensionDefinition,
  ProcessorDefinition,
  ReceiverDefinition,
} from '../component.ts';
import { type CheckedSection, canonicalId, checkSection } from './check_components.ts';
import { checkConnectors, orderPipelines } from './check_connectors.ts';
import { checkPipelines, type Pipelines, type PlacedPipeline } from './check_pipelines.ts';
import { type CheckedConfig, type ComponentConfig, KIND_OF, SECTIONS, type Section } from './checked.ts';
import { type ConfigIssue, issueAt, warningAt } from './issue.ts';
import { type ConfigNode, kindOf, type MapNode, nodeAt, toPlain } from './node.ts';
import { parseWith } from './parse_with.ts';
import { pipelineSchema, type ServiceConfig, serviceSchema } from './service_config.ts';
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
  const section = (name: Section) => checkSection(name, root.entries.get(name), options.definitions, issues);
  const sections: Record<Section, CheckedSection> = {
    receivers: section('receivers'),
    processors: section('processors'),
    exporters: section('exporters'),
    connectors: section('connectors'),
    extensions: section('extensions'),
  };
  checkAmbiguity(sections, issues);
  const service = checkService(root, issues);
  const context = { sections, definitions: options.definitions, issues };
  const pipelinesNode = nodeAt(root, ['service', 'pipelines']) ?? root;
  const pipelines = checkPipelines(service.pipelines, pipelinesNode, context);
  const extensions = checkExtensions(service.extensions, root, sections, options, issues);
  checkConnectors(pipelines, sections.connectors, issues);
  const ordered = orderPipelines(pipelines, sections.connectors, issues);
  // What uses what is known only when the whole section could be read.
  if (service.whole !== undefined) checkUse(sections, pipelines, extensions, options, issues);
  if (service.whole === undefined || issues.some(({ severity }) => severity === 'error')) {
    return { kind: 'wrong', issues };
  }
  const config = assemble(sections, ordered, { ...service.whole, extensions }, root);
  return { kind: 'ok', config, warnings: issues };
}

interface CheckedService {
  /** Missing when something in it is wrong; the parts below are then those that could be read. */
  readonly whole?: ServiceConfig;
  readonly pipelines: Pipelines;
  readonly extensions: readonly string[];
}

function checkService(root: MapNode, issues: ConfigIssue[]): CheckedService {
  const entry = root.entries.get('service');
  if (entry === undefined) {
    const start = { ...root.range, end: root.range.start };
    const hint = 'service::pipelines says what runs';
    issues.push(issueAt('missing_section', start, 'the section "service" is missing', hint));
    return { pipelines: {}, extensions: [] };
  }
  const parsed = parseWith(serviceSchema, { name: 'service', entry });
  if (parsed.kind === 'parsed') {
    const { pipelines, extensions } = parsed.value;
    if (Object.keys(pipelines).length === 0) {
      issues.push(issueAt('empty_pipeline', entry.key, 'service::pipelines must have at least one pipeline'));
    }
    return { whole: parsed.value, pipelines, extensions };
  }
  issues.push(...parsed.issues);
  const pipelines: Pipelines = {};
  const node = nodeAt(entry.value, ['pipelines']);
  for (const [id, { value }] of node?.kind === 'map' ? node.entries : []) {
    const pipeline = pipelineSchema.safeParse(toPlain(value));
    if (pipeline.success) pipelines[id] = pipeline.data;
  }
  return { pipelines, extensions: [] };
}

/** An id that is both a connector and a receiver or exporter would leave a pipeline in doubt. */
function checkAmbiguity(
  { receivers, exporters, connectors }: Record<Section, CheckedSection>,
  issues: ConfigIssue[],
): void {
  for (const [id, { entry }] of connectors.components) {
    for (const { section, components } of [receivers, exporters]) {
      if (components.has(id))
        issues.push(issueAt('duplicate_id', entry.key, `connectors: "${id}" is also one of the ${section}`));
    }
  }
}

function checkExtensions(
  extensions: readonly string[],
  root: ConfigNode,
  { extensions: { components, broken } }: Record<Section, CheckedSection>,
  { definitions }: CheckOptions,
  issues: ConfigIssue[],
): string[] {
  const checked: string[] = [];
  for (const [i, text] of extensions.entries()) {
    const range = nodeAt(root, ['service', 'extensions', i])?.range;
    const id = canonicalId(
      text,
      definitions.filter(({ kind }) => kind === 'extension'),
    );
    if (broken.has(id)) continue;
    if (checked.includes(id)) {
      issues.push(issueAt('duplicate_reference', range, `service::extensions names "${text}" twice`));
    } else if (components.has(id)) checked.push(id);
    else {
      const hint = suggest(text, components.keys(), 'configured');
      issues.push(
        issueAt(
          'unknown_reference',
          range,
          `service::extensions: "${text}" is not configured under extensions`,
          hint,
        ),
      );
    }
  }
  return checked;
}

/** Warns of what is configured but never used, and looks at what the machine can run of the rest. */
function checkUse(
  sections: Record<Section, CheckedSection>,
  pipelines: readonly PlacedPipeline[],
  extensions: readonly string[],
  { unsupported }: CheckOptions,
  issues: ConfigIssue[],
): void {
  const used: Record<Section, Set<string>> = {
    receivers: new Set(pipelines.flatMap(({ receivers }) => receivers)),
    processors: new Set(pipelines.flatMap(({ processors }) => processors)),
    exporters: new Set(pipelines.flatMap(({ exporters }) => exporters)),
    connectors: new Set(pipelines.flatMap(({ receivers, exporters }) => [...receivers, ...exporters])),
    extensions: new Set(extensions),
  };
  for (const section of SECTIONS) {
    for (const { id, definition, entry } of sections[section].components.values()) {
      if (!used[section].has(id)) {
        const where =
          section === 'extensions' ? 'service::extensions does not name it' : 'no pipeline uses it';
        issues.push(
          warningAt('unused_component', entry.key, `${KIND_OF[section]} "${id}" does nothing: ${where}`),
        );
        continue;
      }
      const reason = definition.unsupported?.();
      if (reason === undefined) continue;
      issues.push({
        ...issueAt(
          'unsupported',
          entry.key,
          `${KIND_OF[section]} "${id}" cannot run on this machine`,
          reason,
        ),
        severity: unsupported,
      });
    }
  }
}

function assemble(
  sections: Record<Section, CheckedSection>,
  pipelines: readonly PlacedPipeline[],
  service: ServiceConfig,
  root: ConfigNode,
): CheckedConfig {
  return {
    receivers: ofKind<ReceiverDefinition>(sections.receivers),
    processors: ofKind<ProcessorDefinition>(sections.processors),
    exporters: ofKind<ExporterDefinition>(sections.exporters),
    connectors: ofKind<ConnectorDefinition>(sections.connectors),
    extensions: ofKind<ExtensionDefinition>(sections.extensions),
    pipelines,
    service,
    root,
  };
}

/** A section was filled with definitions of its own kind only. */
function ofKind<D extends AnyDefinition>({
  components,
}: CheckedSection): ReadonlyMap<string, ComponentConfig<D>> {
  return components as ReadonlyMap<string, ComponentConfig<D>>;
}
