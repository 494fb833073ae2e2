import type { Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { z } from 'zod';
import type { LogBatch } from './model/log_record.ts';
import type { Outcome } from './model/outcome.ts';
import type { SpanBatch } from './model/span.ts';
import type { ServiceControl } from './pipeline/control.ts';
import type { ServiceView } from './status/service_view.ts';
import type { Account } from './telemetry/ledger.ts';
import type { Logger } from './telemetry/logger.ts';

/**
 * The contracts of components.
 *
 * Lifecycle. A component is created from a validated config (`create` does no I/O and does not throw for
 * expected causes), then `start`ed once, then `shutdown` once. Extensions start first, then exporters,
 * connectors and processors from the end of each pipeline to its beginning, receivers last; shutdown goes
 * the other way: receivers first, so that everything downstream still takes what they hand on. `start`
 * resolves when the component is ready and rejects when it cannot work at all (the service then stops).
 * `shutdown` hands on or settles whatever the component still holds, stops its timers and connections, and
 * resolves; when `deadline` aborts it gives up, counts what is left as dropped and resolves. `shutdown` is
 * safe without `start`, and after a failed one. Consume methods are called only between the two, may be
 * called concurrently, and settle as {@link Outcome} says: they never reject for an expected cause.
 */
export interface Component {
  start(host: Host): Promise<void>;
  shutdown(deadline: AbortSignal): Promise<void>;
}

/** What a component may ask of the service that runs it. */
export interface Host {
  /** The running extension of that id. Throws when the service does not have it. */
  extension(id: string): Component;
  /**
   * A finite receiver says that its sources are exhausted and everything of them is settled. With `failure`,
   * a source could not be read: the service still ends in order, and exits with 1.
   */
  finished(failure?: string): void;
  /** `service::cpu_limit` as it is now: the cores that the process may use; undefined for as many as it likes. */
  cpuLimit?(): number | undefined;
  /** Something broke for good; the service logs it, stops in order and exits with 1. */
  fatal(error: Error): void;
}

/** Takes batches of log records; see {@link Outcome} for what the promise says. */
export interface LogsConsumer {
  consumeLogs(batch: LogBatch): Promise<Outcome>;
}

/** Takes batches of spans. */
export interface TracesConsumer {
  consumeTraces(batch: SpanBatch): Promise<Outcome>;
}

export type Signal = 'logs' | 'traces';

/** What every component gets beside its config. */
export interface ComponentContext {
  /** `type` or `type/name`, as in the configuration. */
  readonly id: string;
  /** Of a processor: the pipeline that it stands in. */
  readonly pipeline?: string;
  readonly logger: Logger;
  /** The component's page in the ledger; its `status` is where it says what is not well, and shows what it has. */
  readonly account: Account;
  /**
   * For what the account does not say. Its measurements carry the component's id; it does nothing where
   * metrics are off. Prefer observables: they cost nothing until somebody reads. Names: `metric_list.ts`.
   */
  readonly meter: Meter;
  /** The node's resource, interned. */
  readonly resource: Resource;
}

/** What a receiver gets: it may make records of how the whole is. */
export interface ReceiverContext extends ComponentContext {
  readonly service: ServiceView;
}

/** What an extension gets: it may tell how the whole is, and have it changed. */
export interface ExtensionContext extends ReceiverContext {
  readonly control: ServiceControl;
}

export type Kind = 'receiver' | 'processor' | 'connector' | 'exporter' | 'extension';

/** The config schema of a component; a strict zod object with `.describe()` on every key. */
export type ConfigSchema = z.ZodObject;

interface Definition<K extends Kind, S extends ConfigSchema> {
  readonly kind: K;
  /** The YAML type and the folder's name, lower_snake_case. */
  readonly type: string;
  /** Other names the Collector knows the type by (`otlp` for `otlp_grpc`). */
  readonly aliases?: readonly string[];
  /** One sentence for `sigel components` and the docs. */
  readonly description: string;
  readonly config: S;
  /** Whether this machine can run it; otherwise a sentence that says what to use instead. */
  readonly unsupported?: () => string | undefined;
}

/**
 * A receiver. One instance feeds every pipeline that names it; `next` fans out to them. `next` is undefined
 * for a signal that no pipeline wants of it.
 */
export interface ReceiverDefinition<S extends ConfigSchema = ConfigSchema> extends Definition<'receiver', S> {
  readonly signals: readonly Signal[];
  create(
    context: ReceiverContext,
    config: z.infer<S>,
    next: { logs?: LogsConsumer; traces?: TracesConsumer },
  ): Component;
}

/** A processor: one instance per pipeline. It offers the methods of the signals it supports. */
export interface ProcessorDefinition<S extends ConfigSchema = ConfigSchema>
  extends Definition<'processor', S> {
  readonly createLogs?: (
    context: ComponentContext,
    config: z.infer<S>,
    next: LogsConsumer,
  ) => Component & LogsConsumer;
  readonly createTraces?: (
    context: ComponentContext,
    config: z.infer<S>,
    next: TracesConsumer,
  ) => Component & TracesConsumer;
}

/** A connector: the exporter of one pipeline and the receiver of another. */
export interface ConnectorDefinition<S extends ConfigSchema = ConfigSchema>
  extends Definition<'connector', S> {
  readonly createLogsToLogs?: (
    context: ComponentContext,
    config: z.infer<S>,
    next: LogsConsumer,
  ) => Component & LogsConsumer;
  readonly createLogsToTraces?: (
    context: ComponentContext,
    config: z.infer<S>,
    next: TracesConsumer,
  ) => Component & LogsConsumer;
  readonly createTracesToTraces?: (
    context: ComponentContext,
    config: z.infer<S>,
    next: TracesConsumer,
  ) => Component & TracesConsumer;
}

/** An exporter: one instance for all pipelines and signals that name it. */
export interface ExporterDefinition<S extends ConfigSchema = ConfigSchema> extends Definition<'exporter', S> {
  readonly signals: readonly Signal[];
  create(context: ComponentContext, config: z.infer<S>): Component & Partial<LogsConsumer & TracesConsumer>;
}

/** An extension: shared state or a service beside the pipelines. */
export interface ExtensionDefinition<S extends ConfigSchema = ConfigSchema>
  extends Definition<'extension', S> {
  create(context: ExtensionContext, config: z.infer<S>): Component;
}

export type AnyDefinition =
  | ReceiverDefinition
  | ProcessorDefinition
  | ConnectorDefinition
  | ExporterDefinition
  | ExtensionDefinition;

// The define functions infer the config's type from its schema and name the kind. The list in components.ts
// holds definitions whose config types differ; the graph passes each only what its own schema parsed.
export function defineReceiver<S extends ConfigSchema>(
  d: Omit<ReceiverDefinition<S>, 'kind'>,
): ReceiverDefinition {
  return { ...d, kind: 'receiver' } as unknown as ReceiverDefinition;
}
export function defineProcessor<S extends ConfigSchema>(
  d: Omit<ProcessorDefinition<S>, 'kind'>,
): ProcessorDefinition {
  return { ...d, kind: 'processor' } as unknown as ProcessorDefinition;
}
export function defineConnector<S extends ConfigSchema>(
  d: Omit<ConnectorDefinition<S>, 'kind'>,
): ConnectorDefinition {
  return { ...d, kind: 'connector' } as unknown as ConnectorDefinition;
}
export function defineExporter<S extends ConfigSchema>(
  d: Omit<ExporterDefinition<S>, 'kind'>,
): ExporterDefinition {
  return { ...d, kind: 'exporter' } as unknown as ExporterDefinition;
}
export function defineExtension<S extends ConfigSchema>(
  d: Omit<ExtensionDefinition<S>, 'kind'>,
): ExtensionDefinition {
  return { ...d, kind: 'extension' } as unknown as ExtensionDefinition;
}
