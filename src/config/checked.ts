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
  readonly receivers: ReadonlyMap<string, ComponentConfig<ReceiverDefinition>>;
  readonly processors: ReadonlyMap<string, ComponentConfig<ProcessorDefinition>>;
  readonly exporters: ReadonlyMap<string, ComponentConfig<ExporterDefinition>>;
  readonly connectors: ReadonlyMap<string, ComponentConfig<ConnectorDefinition>>;
  readonly extensions: ReadonlyMap<string, ComponentConfig<ExtensionDefinition>>;
  /** In an order in which what a pipeline feeds stands before it. */
  readonly pipelines: readonly PipelineConfig[];
  readonly service: ServiceConfig;
  /** The merged and expanded text of it all, for print-config. */
  readonly root: ConfigNode;
}
