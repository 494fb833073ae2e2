import type {
  AnyDefinition,
  ConnectorDefinition,
  ExporterDefinition,
  ExtensionDefinition,
  Kind,
  ProcessorDefinition,
  ReceiverDefinition,
  Signal,
} from '../component.ts';
import type { ConfigNode, Entry } from './node.ts';
import type { ServiceConfig } from './service_config.ts';

/** The sections that hold components, in the order they are checked and printed. */
export const SECTIONS = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;
export type Section = (typeof SECTIONS)[number];

/** The kind of component that a section holds. */
export const KIND_OF: Readonly<Record<Section, Kind>> = {
  receivers: 'receiver',
  processors: 'processor',
  exporters: 'exporter',
  connectors: 'connector',
  extensions: 'extension',
};

/** The definitions that belong in a section. */
export interface DefinitionOf {
  readonly receivers: ReceiverDefinition;
  readonly processors: ProcessorDefinition;
  readonly exporters: ExporterDefinition;
  readonly connectors: ConnectorDefinition;
  readonly extensions: ExtensionDefinition;
}

/** The configured components of a section, by id. */
export type ComponentsOf<K extends Section> = ReadonlyMap<string, ComponentConfig<DefinitionOf[K]>>;

/** A configured component. */
export interface ComponentConfig<D extends AnyDefinition = AnyDefinition> {
  /** `type` or `type/name`, the type without aliases. */
  readonly id: string;
  readonly definition: D;
  /** What the definition's own schema parsed. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it was written. */
  readonly entry: Entry;
}

/** A pipeline whose references are all known. */
export interface PipelineConfig {
  readonly id: string;
  readonly signal: Signal;
  /** Ids of receivers and connectors. */
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  /** Ids of exporters and connectors. */
  readonly exporters: readonly string[];
}

/** A configuration in which everything is known to fit together. */
export interface CheckedConfig {
  readonly receivers: ComponentsOf<'receivers'>;
  readonly processors: ComponentsOf<'processors'>;
  readonly exporters: ComponentsOf<'exporters'>;
  readonly connectors: ComponentsOf<'connectors'>;
  readonly extensions: ComponentsOf<'extensions'>;
  /** In an order in which what a pipeline feeds stands before it. */
  readonly pipelines: readonly PipelineConfig[];
  readonly service: ServiceConfig;
  /** The merged and expanded text of it all, for print-config. */
  readonly root: ConfigNode;
}
