import type { Writable } from 'node:stream';
import type { z } from 'zod';
import type {
  Component,
  ComponentContext,
  LogsConsumer,
  Signal,
  TracesConsumer,
} from '../../src/component.ts';
import { StreamWriter } from '../../src/delivery/stream_writer.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import type { SpanBatch } from '../../src/model/span.ts';
import { type Groups, groupByScope } from '../../src/otlp/group.ts';
import type { debugConfig } from './config.ts';
import { detailedLogs, detailedSpans } from './detailed.ts';
import { normalLogs, normalSpans } from './normal.ts';
import { SecondSampler } from './sampler.ts';

type Config = z.infer<typeof debugConfig>;

/** Where the text goes. */
export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Shows batches as text. A batch that sampling leaves out counts as delivered: nobody asked to see it. */
export class DebugExporter implements Component, LogsConsumer, TracesConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #streams: Streams;
  readonly #sampler: SecondSampler;
  #writers: readonly StreamWriter[] = [];

  constructor(context: ComponentContext, config: Config, streams: Streams = process) {
    this.#context = context;
    this.#config = config;
    this.#streams = streams;
    this.#sampler = new SecondSampler(config.sampling_initial, config.sampling_thereafter);
  }

  async start(): Promise<void> {
    const { use_internal_logger, output_paths } = this.#config;
    const names = use_internal_logger ? (['stderr'] as const) : (output_paths ?? ['stdout']);
    this.#writers = [...new Set(names)].map((name) => new StreamWriter(this.#streams[name]));
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.#show('logs', batch, () => {
      const groups = groupByScope(batch);
      const summary = this.#summary('logs', { 'resource logs': groups.size, 'log records': batch.length });
      return summary + this.#details(groups, normalLogs, detailedLogs);
    });
  }

  async consumeTraces(batch: SpanBatch): Promise<Outcome> {
    return this.#show('traces', batch, () => {
      const groups = groupByScope(batch);
      const summary = this.#summary('traces', { 'resource spans': groups.size, spans: batch.length });
      return summary + this.#details(groups, normalSpans, detailedSpans);
    });
  }

  async shutdown(): Promise<void> {
    for (const writer of this.#writers) writer.release();
  }

  async #show(signal: Signal, batch: readonly unknown[], render: () => string): Promise<Outcome> {
    const { account, logger } = this.#context;
    account.taken += batch.length;
    if (!this.#sampler.take()) {
      account.delivered += batch.length;
      return ACCEPTED;
    }
    account.queued += batch.length;
    const text = render();
    const failures = await Promise.all(this.#writers.map((writer) => writer.write(text)));
    account.queued -= batch.length;
    const failure = failures.find((reason) => reason !== undefined);
    if (failure === undefined) {
      account.delivered += batch.length;
    } else {
      // Nobody looks any more. That is no reason to stop the pipeline for the other exporters.
      if (!account.dropped.has('output_closed'))
        logger.warn('the output was closed', { signal, reason: failure });
      account.drop('output_closed', batch.length);
    }
    return ACCEPTED;
  }

  /** The line of a batch, as the Collector's logger writes it. */
  #summary(signal: Signal, counts: Readonly<Record<string, number>>): string {
    const title = signal === 'logs' ? 'Logs' : 'Traces';
    if (!this.#config.use_internal_logger) return `${title}\t${facts(counts)}\n`;
    const origin = {
      'otelcol.component.id': this.#context.id,
      'otelcol.component.kind': 'exporter',
      'otelcol.signal': signal,
    };
    return `${new Date().toISOString()}\tinfo\t${title}\t${facts({ ...origin, ...counts })}\n`;
  }

  #details<T>(
    groups: Groups<T>,
    normal: (g: Groups<T>) => string,
    detailed: (g: Groups<T>) => string,
  ): string {
    const { verbosity } = this.#config;
    if (verbosity === 'basic') return '';
    return verbosity === 'normal' ? normal(groups) : detailed(groups);
  }
}

function facts(values: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(values).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{${pairs.join(', ')}}`;
}
