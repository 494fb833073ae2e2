import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Component, ComponentContext, Kind, Signal } from '../component.ts';
import { connects } from '../config/check_connectors.ts';
import type { CheckedConfig, ComponentConfig, PipelineConfig } from '../config/checked.ts';
import { fingerprintOf } from '../config/fingerprint.ts';
import { MetricAttr } from '../model/attributes.ts';
import type { ServiceView } from '../status/service_view.ts';
import type { Ledger } from '../telemetry/ledger.ts';
import type { LogFacts, Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ServiceControl } from './control.ts';
import { type Consume, fanOut } from './fan_out.ts';
import type { Running, Stages } from './running.ts';
import {
  consumersOf,
  type Next,
  outputsTo,
  relink,
  type Taker,
  type Takers,
  takeLogs,
  takerOf,
  takeTraces,
} from './taker.ts';

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
  /** What extensions see of the service, and what they may ask of it. */
  readonly view: ServiceView;
  readonly control: ServiceControl;
  /** Components that run, by kind and key: one that would be made of the same is taken instead of a new one. */
  readonly kept?: ReadonlyMap<string, Running>;
}

/** The components of a configuration. */
export interface Graph {
  readonly stages: Stages;
  /** Leads those that were kept to what comes behind them now. New ones are led there already. */
  readonly connect: () => void;
}

/** Creates the components of a checked config, each knowing what comes behind it; starts nothing. */
export function buildGraph(options: GraphOptions): Graph {
  return new Builder(options).build();
}

/** What a component is made of, beside what it is connected to. */
export function fingerprintFor({ id, entry }: ComponentConfig, signals: readonly string[] = []): string {
  return `${id} ${signals.join()} ${fingerprintOf(entry.value)}`;
}

/** Finds a component in {@link GraphOptions.kept}. */
export function keyOf({ kind, key }: Pick<Running, 'kind' | 'key'>): string {
  return `${kind} ${key}`;
}

/** What a component is made of. */
interface Plan extends Pick<Running, 'kind' | 'id' | 'key' | 'pipeline'> {
  readonly found: ComponentConfig;
  /** By signal; none for a component that hands nothing on. */
  readonly next: Takers;
  /** Tell instances of one id apart: in metrics, and in diagnostics. */
  readonly attributes?: Attributes;
  readonly facts?: LogFacts;
  readonly create: (context: ComponentContext, next: Next) => Component | undefined;
}

class Builder {
  readonly #options: GraphOptions;
  readonly #exporters = new Map<string, Taker>();
  /** The first taker of each pipeline, by the pipeline's id. */
  readonly #heads = new Map<string, Taker>();
  readonly #connectors = new Map<string, Taker>();
  readonly #stages: Running[][] = [];
  readonly #links: (() => void)[] = [];

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  build(): Graph {
    const { config } = this.#options;
    for (const id of config.service.extensions) this.#stages.push([this.#extension(id)]);
    const exporters: Running[] = [];
    this.#stages.push(exporters);
    // What a pipeline feeds stands before it, so a connector finds the heads behind it.
    for (const pipeline of config.pipelines) this.#pipeline(pipeline, exporters);
    this.#stages.push(this.#receivers());
    return {
      stages: this.#stages.filter((stage) => stage.length > 0),
      connect: () => {
        for (const link of this.#links) link();
      },
    };
  }

  #extension(id: string): Running {
    const found = find(this.#options.config.extensions, id);
    const { view: service, control } = this.#options;
    return this.#place({
      kind: 'extension',
      id,
      key: id,
      found,
      next: {},
      create: (context) => found.definition.create({ ...context, service, control }, found.config),
    });
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
    const running = this.#place({
      kind: 'exporter',
      id,
      key: id,
      found,
      next: {},
      create: (context) => found.definition.create(context, found.config),
    });
    stage.push(running);
    const taker = takerOf(running);
    this.#exporters.set(id, taker);
    return taker;
  }

  #processor(id: string, pipeline: PipelineConfig, next: Taker): Taker {
    const found = find(this.#options.config.processors, id);
    const { definition, config } = found;
    const running = this.#place({
      kind: 'processor',
      id,
      key: `${id} (${pipeline.id})`,
      pipeline: pipeline.id,
      found,
      next: { [pipeline.signal]: next },
      attributes: { [MetricAttr.pipelineId.name]: pipeline.id },
      facts: { pipeline: pipeline.id },
      create: (context, { logs, traces }) =>
        (logs && definition.createLogs?.(context, config, logs)) ??
        (traces && definition.createTraces?.(context, config, traces)),
    });
    this.#stages.push([running]);
    return takerOf(running);
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
      takers.push(this.#instance(id, found, from, this.#join(id, to, heads), to));
    }
    const taker = this.#join(key, from, takers);
    this.#connectors.set(key, taker);
    return taker;
  }

  #instance(id: string, found: ComponentConfig<ConnectorOf>, from: Signal, next: Taker, to: Signal): Taker {
    const { definition, config } = found;
    const running = this.#place({
      kind: 'connector',
      id,
      key: `${id} (${from} to ${to})`,
      found,
      next: { [to]: next },
      attributes: { [MetricAttr.signal.name]: from, [MetricAttr.signalOutput.name]: to },
      create: (context, { logs, traces }) =>
        from === 'traces'
          ? traces && definition.createTracesToTraces?.(context, config, traces)
          : ((logs && definition.createLogsToLogs?.(context, config, logs)) ??
            (traces && definition.createLogsToTraces?.(context, config, traces))),
    });
    this.#stages.push([running]);
    return takerOf(running);
  }

  #receivers(): Running[] {
    const { config, view } = this.#options;
    const used = new Set(config.pipelines.flatMap(({ receivers }) => receivers));
    return [...config.receivers.values()]
      .filter(({ id }) => used.has(id))
      .map((found) => {
        const { id, definition } = found;
        const next = { ...this.#headsOf(id, 'logs'), ...this.#headsOf(id, 'traces') };
        return this.#place({
          kind: 'receiver',
          id,
          key: id,
          found,
          next,
          create: (context, behind) => definition.create({ ...context, service: view }, found.config, behind),
        });
      });
  }

  #headsOf(id: string, wanted: Signal): Takers {
    const heads = this.#options.config.pipelines
      .filter(({ signal, receivers }) => signal === wanted && receivers.includes(id))
      .map((pipeline) => find(this.#heads, pipeline.id));
    return heads.length === 0 ? {} : { [wanted]: this.#join(id, wanted, heads) };
  }

  /** The component that runs, if it is made of the same; else a new one. */
  #place(plan: Plan): Running {
    const { kind, id, key, pipeline, found, next } = plan;
    const fingerprint = fingerprintFor(found, Object.keys(next));
    const before = this.#options.kept?.get(keyOf(plan));
    if (before?.fingerprint === fingerprint) {
      this.#links.push(() => relink(before.outputs, next));
      return before;
    }
    const { context, endMetrics } = this.#context(plan, before !== undefined);
    const outputs = outputsTo(next);
    const component = plan.create(context, consumersOf(outputs));
    if (component === undefined)
      throw new Error(`${kind} ${id} cannot be made for ${Object.keys(next).join()}`);
    const { status } = context.account;
    return {
      kind,
      id,
      key,
      component,
      context,
      status,
      fingerprint,
      outputs,
      endMetrics,
      ...(pipeline === undefined ? {} : { pipeline }),
      uses: new Set(),
      isUp: false,
    };
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
    const parts = takers.flatMap((taker) => taker.parts);
    if (signal === 'logs') return { name: from, parts, logs: fanOut(branches(takeLogs), options) };
    return { name: from, parts, traces: fanOut(branches(takeTraces), options) };
  }

  #context({ kind, id, key, pipeline, attributes, facts }: Plan, isSuccessor: boolean) {
    const { logger, ledger, metrics, resource } = this.#options;
    // A receiver and an exporter may have the same id.
    const account = ledger.open(`${kind} ${key}`, kind);
    if (isSuccessor) account.renew();
    const meter = metrics.component(account, { ...componentAttributes(kind, id), ...attributes });
    const context: ComponentContext = {
      id,
      ...(pipeline === undefined ? {} : { pipeline }),
      account,
      meter,
      resource,
      logger: logger({ component: id, kind, ...facts }),
    };
    return { context, endMetrics: () => meter.end?.() };
  }
}

function componentAttributes(kind: Kind, id: string): Attributes {
  return { [MetricAttr.componentKind.name]: kind, [MetricAttr.componentId.name]: id };
}

type ConnectorOf =
  CheckedConfig['connectors'] extends ReadonlyMap<string, ComponentConfig<infer D>> ? D : never;

/** What a checked config promises to be there. */
function find<V>(map: ReadonlyMap<string, V>, id: string): V {
  const found = map.get(id);
  if (found === undefined) throw new Error(`${id} is not in the checked config`);
  return found;
}
