import type { Resource } from '@opentelemetry/resources';
import type { Component, ComponentContext, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import { type ContainerTest, containerTest } from '../../src/containerd/container_matcher.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import type { Span } from '../../src/model/span.ts';
import { offerTraces } from '../../src/pipeline/offer.ts';
import { processOf } from '../../src/process/process_block.ts';
import { observeProcessTraces } from '../../src/telemetry/process_trace_metrics.ts';
import type { ProcessTraceConfig } from './config.ts';
import { Forest, type LeftOut } from './forest.ts';

/** How often it looks for what has waited long enough while no events come. */
const LOOK_MS = 1_000;

/**
 * Makes traces of records; see README.md. A record is accepted when the spans that ended with it were taken; those that
 * are open are kept in memory, and not acknowledged for the record's sake.
 */
export class ProcessTrace implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #next: TracesConsumer;
  readonly #forest: Forest;
  readonly #wants: (resource: Resource) => boolean;
  readonly #giveUp = new AbortController();
  readonly #handing = new Set<Promise<void>>();
  readonly #leftOut = new Map<LeftOut, number>();
  #isWarned = false;
  #made: Span[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ComponentContext, config: ProcessTraceConfig, next: TracesConsumer) {
    this.#context = context;
    this.#next = next;
    this.#wants = selection(config);
    const options = {
      name: context.id,
      maxOpen: config.max_open * 1000,
      maxSpansPerTrace: config.max_spans_per_trace,
      maxPending: config.max_pending,
      onlyDetections: config.sampling.only_detections,
      decisionWait: config.sampling.decision_wait * 1000,
      events: new Set(config.events),
    };
    this.#forest = new Forest(options, {
      tell: (span) => this.#made.push(span),
      leaveOut: (why) => this.#leaveOut(why),
    });
    observeProcessTraces(context.meter, () => this.#forest.sizes, this.#leftOut);
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Hands on what is open, as it is, and waits for that to be taken until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#timer);
    const giveUp = (): void => this.#giveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    this.#forest.end();
    await this.#hand();
    await Promise.all(this.#handing);
    deadline.removeEventListener('abort', giveUp);
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    for (const record of batch) this.#take(record);
    await this.#hand();
    return ACCEPTED;
  }

  #take(record: LogRecord): void {
    const { account } = this.#context;
    account.taken++;
    if (!this.#wants(record.resource)) {
      account.filtered++;
      return;
    }
    const taken = this.#forest.take(record);
    account.consumeAsState(taken, 1);
    if (taken === 'no_trace' && !this.#isWarned && isUntold(record)) this.#warn();
  }

  #warn(): void {
    this.#isWarned = true;
    this.#context.logger.warn(
      'records name processes of which nothing is known: put the processor `process` in front of this connector',
    );
  }

  /** Events may not come on: then time goes on by the clock. */
  #look(): void {
    if (this.#handing.size > 0) return;
    this.#forest.wait(LOOK_MS * 1000);
    void this.#hand();
  }

  #leaveOut(why: LeftOut): void {
    const { account } = this.#context;
    account.made++;
    account.filtered++;
    this.#leftOut.set(why, (this.#leftOut.get(why) ?? 0) + 1);
  }

  #hand(): Promise<void> {
    const spans = this.#made;
    if (spans.length === 0) return Promise.resolve();
    this.#made = [];
    const handing = this.#handAll(spans);
    this.#handing.add(handing);
    return handing.finally(() => this.#handing.delete(handing));
  }

  async #handAll(spans: readonly Span[]): Promise<void> {
    const { account, logger } = this.#context;
    account.made += spans.length;
    account.queued += spans.length;
    const outcome = await offerTraces(this.#next, spans, account, { signal: this.#giveUp.signal, logger });
    account.queued -= spans.length;
    if (outcome.kind === 'accepted') account.emitted += spans.length;
  }
}

/** Whether a record names a process, and nobody in front has looked for it. What containerd tells is of none. */
function isUntold(record: LogRecord): boolean {
  if (record.spanContext !== undefined || record.get(Attr.containerOrigin) !== undefined) return false;
  return record.get(Attr.processPid) !== undefined && processOf(record) === undefined;
}

/** Whether traces are made of what has a resource; each is decided once. */
function selection({
  host_traces: host,
  include,
  exclude = [],
}: ProcessTraceConfig): (resource: Resource) => boolean {
  const included = include?.map(containerTest);
  const excluded = exclude.map(containerTest);
  const decided = new RecentWeakMap<Resource, boolean>();
  const meets = (tests: readonly ContainerTest[], resource: Resource) => tests.some((test) => test(resource));
  const decide = (resource: Resource) => {
    if (resource.attributes[ResourceAttr.containerId.name] === undefined) return host;
    return (included === undefined || meets(included, resource)) && !meets(excluded, resource);
  };
  return (resource) => decided.get(resource) ?? decided.set(resource, decide(resource));
}
