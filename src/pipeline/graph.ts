import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type {
  Component,
  ComponentContext,
  Kind,
  LogsConsumer,
  Signal,
  TracesConsumer,
} from '../component.ts';
import { connects } from '../config/check_connectors.ts';
import type { CheckedConfig, ComponentConfig, PipelineConfig } from '../config/checked.ts';
import { effectiveConfig } from '../config/effective.ts';
import { MetricAttr } from '../model/attributes.ts';
import type { LogBatch } from '../model/log_record.ts';
import type { SpanBatch } from '../model/span.ts';
import type { ComponentView, ServiceView } from '../status/service_view.ts';
import type { Ledger } from '../telemetry/ledger.ts';
import type { LogFacts, Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Consume, fanOut } from './fan_out.ts';
import { guard } from './guard.ts';
import type { Running, Stages } from './running.ts';

/** What a graph is built with. */
export interface GraphOptions {
  readonly config: CheckedConfig;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly resource: Resource;
  /** A logger whose entries carry these facts. */
  readonly logger: (facts: LogFacts) => Logger;
  /** Aborts when the time for draining is over. */
  readonly deadline: AbortSignal;
}

/** Creates all components of a checked config, each knowing what comes behind it; starts nothing. */
export function buildGraph(options: GraphOptions): Stages {
  return new Builder(options).build();
}

/** What takes batches at some point of the graph. */
interface Taker {
  readonly name: string;
  readonly logs?: Consume<LogBatch>;
  readonly traces?: Consume<SpanBatch>;
}

class Builder {
  readonly #options: GraphOptions;
  readonly #exporters = new Map<string, Taker>();
  /** The first taker of each pipeline, by the pipeline's id. */
  readonly #heads = new Map<string, Taker>();
  readonly #connectors = new Map<string, Taker>();
  readonly #stages: Running[][] = [];
  readonly #view: ServiceView;

  constructor(options: GraphOptions) {
    const { config } = options;
    this.#options = options;
    this.#view = {
      startedAt: Date.now(),
      pipelines: config.pipelines,
      components: () => this.#stages.flat().map(viewOf),
      config: () => effectiveConfig(config),
    };
  }

  build(): Stages {
    const { config } = this.#options;
    for (const id of config.service.extensions) this.#stages.push(this.#extension(id));
    const exporters: Running[] = [];
    this.#stages.push(exporters);
    // What a pipeline feeds stands before it, so a connector finds the heads behind it.
    for (const pipeline of config.pipelines) this.#pipeline(pipeline, exporters);
    this.#stages.push(this.#receivers());
    return this.#stages.filter((stage) => stage.length > 0);
  }

  #extension(id: string): Running[] {
    const found = this.#options.config.extensions.get(id);
    if (found === undefined) throw new Error(`extension ${id} is not in the checked config`);
    const context = { ...this.#context('extension', id, id), service: this.#view };
    return [
      { kind: 'extension', id, key: id, context, component: found.definition.create(context, found.config) },
    ];
  }

  #pipeline(pipeline: PipelineConfig, exporters: Running[]): void {
    const takers = pipeline.exporters.map(
      (id) => this.#exporter(id, exporters) ?? this.#connector(id, pipeline.signal),
    );
    let next = this.#join(pipeline.id, pipeline.signal, takers);
    for (const id of pipeline.processors.toReversed()) next = this.#processor(id, pipeline, next);
    this.#heads.set(pipeline.id, { ...next, name: pipeline.id });
  }

  #exporter(id: string, stage: Running[]): Taker | undefined {
    const before = this.#exporters.get(id);
    const found = this.#options.config.exporters.get(id);
    if (before !== undefined || found === undefined) return before;
    const context = this.#context('exporter', id, id);
    const component = found.definition.create(context, found.config);
    stage.push({ kind: 'exporter', id, key: id, context, component });
    const taker = this.#taker(context, component);
    this.#exporters.set(id, taker);
    return taker;
  }

  #processor(id: string, pipeline: PipelineConfig, next: Taker): Taker {
    const { definition, config } = find(this.#options.config.processors, id);
    const key = `${id} (${pipeline.id})`;
    const context = this.#context(
      'processor',
      id,
      key,
      { [MetricAttr.pipelineId.name]: pipeline.id },
      { pipeline: pipeline.id },
    );
    const component =
      pipeline.signal === 'logs'
        ? definition.createLogs?.(context, config, logsOf(next))
        : definition.createTraces?.(context, config, tracesOf(next));
    if (component === undefined) throw new Error(`processor ${id} takes no ${pipeline.signal}`);
    this.#stages.push([{ kind: 'processor', id, key, context, component, pipeline: pipeline.id }]);
    return this.#taker(context, component);
  }

  /** One instance for each pair of signals; as the exporter of a pipeline it may feed pipelines of both. */
  #connector(id: string, from: Signal): Taker {
    const key = `${id} (${from})`;
    const before = this.#connectors.get(key);
    if (before !== undefined) return before;
    const found = find(this.#options.config.connectors, id);
    const takers: Taker[] = [];
    for (const to of ['logs', 'traces'] as const) {
      const fed = this.#options.config.pipelines.filter(
        ({ signal, receivers }) => signal === to && receivers.includes(id),
      );
      if (fed.length === 0 || !connects(found.definition, from, to)) continue;
      const heads = fed.map((pipeline) => find(this.#heads, pipeline.id));
      takers.push(this.#instance(id, found, from, to, this.#join(id, to, heads)));
    }
    const taker = this.#join(key, from, takers);
    this.#connectors.set(key, taker);
    return taker;
  }

  #instance(
    id: string,
    { definition, config }: ComponentConfig<ConnectorOf>,
    from: Signal,
    to: Signal,
    next: Taker,
  ): Taker {
    const key = `${id} (${from} to ${to})`;
    const context = this.#context('connector', id, key, {
      [MetricAttr.signal.name]: from,
      [MetricAttr.signalOutput.name]: to,
    });
    const component =
      from === 'traces'
        ? definition.createTracesToTraces?.(context, config, tracesOf(next))
        : to === 'logs'
          ? definition.createLogsToLogs?.(context, config, logsOf(next))
          : definition.createLogsToTraces?.(context, config, tracesOf(next));
    if (component === undefined) throw new Error(`connector ${id} does not lead from ${from} to ${to}`);
    this.#stages.push([{ kind: 'connector', id, key, context, component }]);
    return this.#taker(context, component);
  }

  #receivers(): Running[] {
    const { config } = this.#options;
    const used = new Set(config.pipelines.flatMap(({ receivers }) => receivers));
    const running: Running[] = [];
    for (const [id, found] of config.receivers) {
      if (!used.has(id)) continue;
      const context = this.#context('receiver', id, id);
      const heads = (wanted: Signal) =>
        config.pipelines
          .filter(({ signal, receivers }) => signal === wanted && receivers.includes(id))
          .map((pipeline) => find(this.#heads, pipeline.id));
      const logs = heads('logs');
      const traces = heads('traces');
      const component = found.definition.create(context, found.config, {
        ...(logs.length > 0 ? { logs: logsOf(this.#join(id, 'logs', logs)) } : {}),
        ...(traces.length > 0 ? { traces: tracesOf(this.#join(id, 'traces', traces)) } : {}),
      });
      running.push({ kind: 'receiver', id, key: id, context, component });
    }
    return running;
  }

  /** One taker for several, of one signal. */
  #join(from: string, signal: Signal, takers: readonly Taker[]): Taker {
    const { deadline, logger, ledger, metrics } = this.#options;
    const options = { deadline, logger: logger({ component: from }) };
    const open = (id: string) => {
      const account = ledger.open(id, 'processor');
      metrics.component(account, componentAttributes('processor', id));
      return account;
    };
    const branches = <B>(consume: (taker: Taker) => Consume<B>) =>
      takers.map((taker) => ({
        name: taker.name,
        consume: consume(taker),
        account: () => open(`fan-out ${from} to ${taker.name}`),
      }));
    if (signal === 'logs') return { name: from, logs: fanOut(branches(takeLogs), options) };
    return { name: from, traces: fanOut(branches(takeTraces), options) };
  }

  #taker(
    { id, logger }: ComponentContext,
    component: Component & Partial<LogsConsumer & TracesConsumer>,
  ): Taker {
    const { consumeLogs, consumeTraces } = component;
    return {
      name: id,
      ...(consumeLogs === undefined
        ? {}
        : { logs: guard(id, (batch: LogBatch) => consumeLogs.call(component, batch), logger) }),
      ...(consumeTraces === undefined
        ? {}
        : { traces: guard(id, (batch: SpanBatch) => consumeTraces.call(component, batch), logger) }),
    };
  }

  /** `attributes` tell instances of one id apart in metrics, `facts` in diagnostics. */
  #context(
    kind: Kind,
    id: string,
    key: string,
    attributes: Attributes = {},
    facts: LogFacts = {},
  ): ComponentContext {
    const { logger, ledger, metrics, resource } = this.#options;
    // A receiver and an exporter may have the same id.
    const account = ledger.open(`${kind} ${key}`, kind);
    const meter = metrics.component(account, { ...componentAttributes(kind, id), ...attributes });
    return { id, logger: logger({ component: id, kind, ...facts }), account, meter, resource };
  }
}

function viewOf({ kind, id, pipeline, context }: Running): ComponentView {
  return { kind, id, pipeline, account: context.account };
}

function componentAttributes(kind: Kind, id: string): Attributes {
  return { [MetricAttr.componentKind.name]: kind, [MetricAttr.componentId.name]: id };
}

type ConnectorOf =
  CheckedConfig['connectors'] extends ReadonlyMap<string, ComponentConfig<infer D>> ? D : never;

function takeLogs({ name, logs }: Taker): Consume<LogBatch> {
  if (logs === undefined) throw new Error(`${name} takes no logs, though its definition says so`);
  return logs;
}

function takeTraces({ name, traces }: Taker): Consume<SpanBatch> {
  if (traces === undefined) throw new Error(`${name} takes no traces, though its definition says so`);
  return traces;
}

function logsOf(taker: Taker): LogsConsumer {
  return { consumeLogs: takeLogs(taker) };
}

function tracesOf(taker: Taker): TracesConsumer {
  return { consumeTraces: takeTraces(taker) };
}

/** What a checked config promises to be there. */
function find<V>(map: ReadonlyMap<string, V>, id: string): V {
  const found = map.get(id);
  if (found === undefined) throw new Error(`${id} is not in the checked config`);
  return found;
}
