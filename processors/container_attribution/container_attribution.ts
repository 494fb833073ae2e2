import type { z } from 'zod';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import { containerRows } from '../../src/containerd/container_row.ts';
import { JournalPlayer } from '../../src/containerd/journal/player.ts';
import { type ContainerSource, containerSourceOf } from '../../src/containerd/source.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { processOf } from '../../src/process/process_block.ts';
import { microsOf } from '../../src/process/time.ts';
import { type AttributionCounts, observeAttribution } from '../../src/telemetry/attribution_metrics.ts';
import { observePods } from '../../src/telemetry/pod_metrics.ts';
import { ABSENCE, Blindness, toldOfPods } from './blindness.ts';
import type { containerAttributionConfig } from './config.ts';
import { Decisions, type Fate } from './decisions.ts';
import { Feed } from './feed.ts';
import { Given } from './given.ts';
import { Handing } from './handing.ts';
import { type JobNews, jobNews } from './job_news.ts';
import { Kubernetes } from './kubernetes.ts';
import { Marks } from './mark.ts';
import { Noise } from './noise.ts';
import { Origins } from './origins.ts';
import { type Group, type HeldBatch, Parking } from './parking.ts';
import { RecordedTime } from './recorded_time.ts';
import { Resolver } from './resolver.ts';
import { Selection } from './selection.ts';
import { SYSTEM_TIMERS } from './timers.ts';
import type { Verdict } from './verdict.ts';

type Config = z.infer<typeof containerAttributionConfig>;

const UNRESOLVED: Verdict = { kind: 'unresolved' };
const LEFT_OUT = {
  container: { kind: 'left_out', reason: 'container' },
  host: { kind: 'left_out', reason: 'host' },
  noise: { kind: 'left_out', reason: 'noise' },
} as const;

/**
 * Gives records of containers' processes the resource of their container; see README.md. From the moment a record of a
 * batch waits, the batch is this processor's: its promise stays open until all of it has been handed on, and
 * what refuses parts of it for now is offered them again from here.
 */
export class ContainerAttribution implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #resolver = new Resolver(() => this.#source?.askJobs());
  readonly #parking: Parking;
  readonly #selection: Selection;
  readonly #noise: Noise;
  readonly #origins: Origins;
  readonly #counts: AttributionCounts;
  readonly #handing: Handing;
  readonly #blindness = new Blindness();
  /** What the agent said of its absence before containerd said which pods there are. */
  #absence: LogRecord | undefined;
  readonly #kubernetes: Kubernetes | undefined;
  #source: ContainerSource | undefined;
  #marks: Marks | undefined;
  #decisions: Decisions | undefined;
  #feed: Feed | undefined;
  readonly #recorded: RecordedTime | undefined;
  #isDue = false;
  /** The batch of a recorded trace that is being looked through: what is released meanwhile goes on with it. */
  #current: Given | undefined;

  constructor(context: ComponentContext, config: Config, next: LogsConsumer) {
    this.#context = context;
    this.#config = config;
    const { journal } = config;
    this.#recorded =
      journal === undefined
        ? undefined
        : new RecordedTime(new JournalPlayer({ path: journal, logger: context.logger }), () => this.#look());
    const timers = this.#recorded?.timers ?? SYSTEM_TIMERS;
    const parking = new Parking(config.wait, (group) => this.#expire(group), timers);
    this.#parking = parking;
    this.#origins = new Origins(context.resource, () => this.#recorded?.journal.host);
    this.#selection = new Selection(config.include, config.exclude);
    this.#noise = new Noise(config.noise);
    this.#counts = {
      attributed: new Map(),
      excluded: new Map(),
      unresolved: 0,
      released: 0,
      expired: 0,
      parked: () => parking.records,
      remembered: () => ({ ...this.#resolver.sizes(), waiting: parking.processes }),
    };
    this.#handing = new Handing(context, next, this.#counts, this.#recorded !== undefined);
    observeAttribution(context.meter, this.#counts);
    observePods(context.meter, 'blind', this.#blindness.pods);
    if (config.kubernetes !== undefined) this.#kubernetes = new Kubernetes(context, config.kubernetes);
  }

  async start(host: Host): Promise<void> {
    this.#recorded?.journal.open();
    const { containerd = 'containerd' } = this.#config;
    const source = this.#recorded?.journal ?? containerSourceOf(host, containerd);
    await this.#kubernetes?.start();
    this.#attach(source);
  }

  /** Hands on all that waits, as far as it is known, and waits for that to be taken until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#feed?.stop();
    this.#recorded?.journal.close();
    this.#release(() => true);
    await this.#handing.finish(deadline);
    await this.#kubernetes?.stop();
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    if (this.#recorded !== undefined) return this.#consumeRecorded(batch, this.#recorded);
    const { account } = this.#context;
    const given = new Given();
    let parked = 0;
    const { promise: released, resolve: settle } = Promise.withResolvers<void>();
    const held: HeldBatch = { open: 0, settle };
    for (const record of batch) if (this.#take(record, given, held)) parked++;
    if (parked === 0) {
      const outcome = this.#handing.through(given);
      this.#look();
      return await outcome;
    }
    account.taken += batch.length;
    account.queued += batch.length;
    // What goes on at once was before what waits, of each process.
    const handed = this.#handing.now(given);
    this.#look();
    await Promise.all([handed, released]);
    return ACCEPTED;
  }

  /**
   * What waits of a recorded trace waits for the trace to go on, which it does only when this batch is accepted: so what
   * waits is this processor's from then on, and is handed on in the order of its release. The source is told when
   * that has been settled, since it alone could read it again.
   */
  async #consumeRecorded(batch: LogBatch, recorded: RecordedTime): Promise<Outcome> {
    const { account } = this.#context;
    const given = new Given();
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    const held: HeldBatch = { open: 0, settle };
    this.#current = given;
    for (const record of batch) {
      if (processOf(record) !== undefined && this.#origins.of(record.resource) === 'node') {
        this.#resolver.advance(microsOf(record.hrTime));
        recorded.advance(record.hrTime);
      }
      this.#take(record, given, held);
      if (this.#isOver()) this.#look();
    }
    this.#current = undefined;
    account.taken += batch.length;
    account.queued += batch.length;
    const waits = held.open > 0;
    await this.#handing.andSettle(given);
    return waits ? { kind: 'accepted', settled } : ACCEPTED;
  }

  #look(): void {
    this.#release(() => this.#isOver());
    this.#tellAbsence();
  }

  /** Tells of each pod that nobody looked, as soon as it is known which there are. */
  #tellAbsence(): void {
    const [record, source] = [this.#absence, this.#source];
    if (record === undefined || source?.state.kind !== 'synced') return;
    this.#absence = undefined;
    this.#blindness.heed(record, source);
    const given = new Given();
    for (const told of toldOfPods(record, source))
      if (this.#selection.keeps(told.resource)) given.take(told, asItIs(told));
    this.#context.account.made += given.records.length;
    this.#context.account.queued += given.records.length;
    this.#handing.soon(given);
  }

  #attach(source: ContainerSource): void {
    this.#source = source;
    const marks = new Marks(source, this.#config.host_service_name, this.#kubernetes);
    this.#marks = marks;
    this.#decisions = new Decisions(this.#resolver, marks, this.#noise);
    this.#context.account.status.show('containers', () =>
      containerRows(source.containers, (container) => marks.methodsOf(container)),
    );
    this.#feed = new Feed(source, this.#resolver, marks, () => this.#releaseSoon());
  }

  /** Takes a record; whether it has to wait. */
  #take(record: LogRecord, given: Given, held: HeldBatch): boolean {
    const decided = this.#decisions?.of(record);
    if (decided === undefined || this.#parking.has(decided.process)) return this.#decide(record, given, held);
    this.#resolver.advance(microsOf(record.hrTime));
    given.take(record, decided);
    return false;
  }

  #decide(record: LogRecord, given: Given, held: HeldBatch): boolean {
    const origin = this.#origins.of(record.resource);
    if (origin !== 'node') {
      const isKept = origin === 'elsewhere' || this.#selection.keeps(record.resource);
      given.take(record, isKept ? asItIs(record) : LEFT_OUT.container);
      return false;
    }
    const process = processOf(record);
    if (record.eventName === ABSENCE) this.#absence = record;
    else if (process === undefined) this.#blindness.heed(record, this.#source);
    if (process !== undefined) this.#resolver.advance(microsOf(record.hrTime));
    const news = jobNews(record);
    const verdict =
      news === undefined
        ? this.#resolver.ofRecord(record, process)
        : this.#resolver.ofNews(record, news, process);
    if (news !== undefined) this.#heed(news, microsOf(record.hrTime));
    if (process === undefined || (verdict.kind !== 'wait' && !this.#parking.has(process))) {
      this.#give(record, process, verdict, given);
      return false;
    }
    this.#parking.add(process, record, held, this.#resolver.siloOf(record, process));
    return true;
  }

  #heed(news: JobNews, time: number): void {
    if (news.kind === 'silo_lives' && this.#resolver.ofSilo(news.silo) === undefined) this.#source?.askJobs();
    if (news.kind !== 'silo_ended') return;
    this.#resolver.endSilo(news.silo, time);
    for (const group of this.#parking.groups())
      if (group.silo === news.silo && !this.#isSettled(group)) this.#expire(group);
  }

  #give(record: LogRecord, process: KnownProcess | undefined, verdict: Verdict, given: Given): void {
    if (process !== undefined && this.#noise.is(record.eventName, process, verdict.kind === 'host'))
      return given.take(record, LEFT_OUT.noise);
    const fate = this.#fateOf(record, process, verdict);
    if (process !== undefined) this.#decisions?.keep(record, process, verdict, fate);
    given.take(record, fate);
  }

  #fateOf(record: LogRecord, process: KnownProcess | undefined, verdict: Verdict): Fate {
    const onNode = verdict.kind === 'host';
    // What the agent says of itself is of no process.
    if (onNode && process !== undefined && !this.#config.host_records) return LEFT_OUT.host;
    const common = this.#marks?.of(record, verdict) ?? record.common;
    if (onNode) return { kind: 'given', common, how: undefined };
    if (verdict.kind !== 'container') return { kind: 'given', common, how: 'unresolved' };
    return this.#selection.keeps(common.resource)
      ? { kind: 'given', common, how: verdict.method }
      : LEFT_OUT.container;
  }

  // What one message of containerd changes is looked at together, outside of the listener.
  #releaseSoon(): void {
    const waits = this.#parking.records > 0 || this.#absence !== undefined;
    if (this.#recorded !== undefined || this.#isDue || !waits) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#look();
    });
  }

  #isOver(): boolean {
    const { max_parked: records, max_parked_size: size } = this.#config;
    return this.#parking.records > records || this.#parking.size > size;
  }

  /** Hands on what is known by now; and what is not, the longest waiting first, while `isOver`. */
  #release(isOver: () => boolean): void {
    if (this.#parking.records === 0) return;
    // One that is found may tell whose session the others are of; then all go on in the order they came.
    let revision: number;
    do {
      ({ revision } = this.#resolver);
      for (const { process } of this.#parking.groups()) this.#resolver.ofProcess(process);
    } while (revision !== this.#resolver.revision);
    for (const group of this.#parking.groups()) {
      if (this.#isSettled(group)) this.#handGroup(group, false);
    }
    for (const group of this.#parking.groups()) {
      if (!isOver()) break;
      this.#expire(group);
    }
  }

  #isSettled({ process, silo }: Group): boolean {
    const verdict = this.#resolver.ofProcess(process);
    if (verdict.kind === 'container') return true;
    return silo === undefined ? verdict.kind !== 'wait' : this.#resolver.ofSilo(silo) !== undefined;
  }

  #expire(group: Group): void {
    this.#resolver.giveUp(group.process, group.silo);
    this.#handGroup(group, true);
  }

  #handGroup(group: Group, isExpired: boolean): void {
    this.#parking.remove(group);
    const given = this.#current ?? new Given();
    for (const record of group.records) {
      const verdict = this.#resolver.ofRecord(record, group.process);
      const isUnknown = verdict.kind === 'wait' || (isExpired && verdict.kind === 'host');
      this.#give(record, group.process, isUnknown ? UNRESOLVED : verdict, given);
    }
    if (isExpired) this.#counts.expired += group.records.length;
    else this.#counts.released += group.records.length;
    given.batches.push(...group.batches);
    if (this.#current === undefined) this.#handing.soon(given);
  }
}

function asItIs({ common }: LogRecord): Fate {
  return { kind: 'given', common, how: undefined };
}
