import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createNoopMeter, type HrTime, type Meter } from '@opentelemetry/api';
import type { z } from 'zod';
import { containerAttributionConfig } from '../../processors/container_attribution/config.ts';
import { containerAttributionProcessor } from '../../processors/container_attribution/index.ts';
import type { Component, LogsConsumer } from '../../src/component.ts';
import type {
  Change,
  ContainerDetails,
  Fact,
  Image,
  Isolation,
  JobFacts,
  Origin,
} from '../../src/containerd/facts.ts';
import type { ContainerSource, ContainerSourceExtension, SourceState } from '../../src/containerd/source.ts';
import { ContainerStore } from '../../src/containerd/store.ts';
import { timeNow } from '../../src/containerd/time.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { ProcessHosts } from '../../src/process/process_hosts.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { logRecord } from './log_records.ts';
import { at, own, timeAt } from './process_records.ts';

/** What a container of a test is. */
export interface Made {
  readonly kind?: 'container' | 'sandbox';
  readonly isolation?: Isolation;
  readonly podLabels?: readonly (readonly [string, string])[];
  readonly sandboxId?: string;
  readonly namespace?: string;
  readonly image?: Image;
  /** `<id>-uid` without it. */
  readonly podUid?: string;
}

/** What containerd keeps of a container that was created then. */
export function detailsOf(id: string, micros: number, made: Made = {}): ContainerDetails {
  const isKubelets = (made.namespace ?? 'k8s.io') === 'k8s.io';
  const kind = made.kind ?? 'container';
  return {
    kind,
    isolation: made.isolation ?? 'process',
    labels: new Map(),
    image: made.image,
    runtime: 'io.containerd.runhcs.v1',
    createdAt: at(micros),
    sandboxId: made.sandboxId,
    kubernetes: isKubelets
      ? {
          namespace: 'shop',
          podName: `${id}-pod`,
          podUid: made.podUid ?? `${id}-uid`,
          containerName: kind === 'sandbox' ? undefined : id,
          restartCount: 0,
        }
      : undefined,
    podLabels: new Map(made.podLabels),
    complete: true,
  };
}

/** containerd, as a test tells of it; times are microseconds of the test's clock. */
export class FakeContainers implements ContainerSource, ContainerSourceExtension {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly containers: ContainerStore;
  state: SourceState = { kind: 'synced', endpoint: 'x', version: 'v1.7.0' };
  readonly source: ContainerSource = this;
  /** Milliseconds. */
  now = 0;
  /** How often jobs were asked for. */
  asked = 0;

  constructor() {
    this.containers = new ContainerStore({
      maxContainers: 1000,
      keepDeletedMs: 1000,
      now: () => this.now,
      onChange: (change) => {
        for (const listener of this.#listeners) listener(change);
      },
    });
  }
  time(): HrTime {
    return timeNow();
  }
  askJobs(): void {
    this.asked++;
  }
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async start(): Promise<void> {}
  async shutdown(): Promise<void> {}

  create(id: string, micros: number, made: Made = {}, origin: Origin = 'event'): void {
    const namespace = made.namespace ?? 'k8s.io';
    const details = detailsOf(id, micros, made);
    this.containers.apply({ kind: 'container', namespace, id, at: at(micros), details }, origin);
  }
  run(id: string, pid: number, micros: number | undefined, origin: Origin = 'event'): void {
    this.#tell({ kind: 'start', id, pid }, micros, origin);
  }
  exec(id: string, execId: string, pid: number, micros: number): void {
    this.#tell({ kind: 'exec', id, execId, pid }, micros, 'event');
  }
  exit(id: string, pid: number, micros: number, execId?: string): void {
    this.#tell({ kind: 'exit', id, pid, execId, exitCode: 0 }, micros, 'event');
  }
  job(id: string, job: Partial<JobFacts>, micros: number): void {
    const nothing = { siloId: undefined, jobId: undefined, session: undefined, pids: [] };
    this.#tell({ kind: 'job', id, job: { ...nothing, ...job } }, micros, 'list');
  }
  remove(id: string, micros: number): void {
    this.#tell({ kind: 'delete', id }, micros, 'event');
  }
  #tell(fact: Told, micros: number | undefined, origin: Origin): void {
    const when = micros === undefined ? undefined : at(micros);
    this.containers.apply({ ...fact, namespace: 'k8s.io', at: when }, origin);
  }
}
type Told = Fact extends infer F ? (F extends Fact ? Omit<F, 'namespace' | 'at'> : never) : never;

/** What a record of a process tells beside pid and time. */
export interface Says {
  readonly session?: number;
  readonly parent?: number;
  readonly name?: string;
  readonly path?: string;
  /** Its user's SID. */
  readonly user?: string;
  /** The container id that Windows stamps it with. */
  readonly silo?: string;
  /** The silo, or the job, that it is about. */
  readonly aboutSilo?: string;
  readonly aboutJob?: number;
  /** Microseconds of the test's clock. */
  readonly created?: number;
  /** Where its image is, as the kernel tells. */
  readonly ntPath?: string;
}

const ITEM = new Shape([Attr.siloId]);

/** A record of a process, of any event. */
export function told(eventName: string, pid: number, micros: number, says: Says = {}): LogRecord {
  const record = logRecord(0, {
    eventName,
    hrTime: at(micros),
    own: own([
      [Attr.processPid, pid],
      [Attr.processExecutableName, says.name],
      [Attr.processExecutablePath, says.path],
      [Attr.userId, says.user],
      [Attr.processParentPid, says.parent],
      [Attr.windowsSessionId, says.session],
      [Attr.siloId, says.aboutSilo],
      [Attr.windowsJobId, says.aboutJob],
      [Attr.processCreationTime, says.created === undefined ? undefined : timeAt(says.created)],
      [Attr.ntPath, says.ntPath],
    ]),
  });
  if (says.silo === undefined) return record;
  return record.plus(new AttributeBlock(ITEM, [says.silo]));
}

/** The processor between a process table and what it hands on. */
export class Attributing {
  readonly containerd = new FakeContainers();
  readonly account = new Account('container_attribution', 'processor');
  readonly out: LogRecord[] = [];
  readonly #hosts = new ProcessHosts({ maxProcesses: 10_000, keepExited: 120e6 }, 0);
  readonly #processor: Component & LogsConsumer;
  /** What the next component answers. */
  answer: () => Promise<Outcome> | Outcome = () => ACCEPTED;

  constructor(config: z.input<typeof containerAttributionConfig> = {}, meter: Meter = createNoopMeter()) {
    const node = { 'host.name': 'node-1', 'os.type': 'windows', 'service.name': 'sigel' };
    const processor = containerAttributionProcessor.createLogs?.(
      {
        id: 'container_attribution',
        logger: SILENT,
        account: this.account,
        meter,
        resource: internResource(node),
      },
      containerAttributionConfig.parse(config),
      {
        consumeLogs: async (batch: LogBatch) => {
          const outcome = await this.answer();
          if (outcome.kind === 'accepted') this.out.push(...batch);
          return outcome;
        },
      },
    );
    assert.ok(processor !== undefined);
    this.#processor = processor;
  }

  start(): Promise<void> {
    return this.startWith(this.containerd);
  }
  startWith(component: Component): Promise<void> {
    return this.#processor.start({ extension: () => component, finished: () => {}, fatal: () => {} });
  }
  take(...batch: LogRecord[]): Promise<Outcome> {
    return this.#processor.consumeLogs(batch.map((record) => this.#hosts.take(record)));
  }
  get parked(): number {
    return this.account.queued;
  }
  shutdown(deadline: AbortSignal = new AbortController().signal): Promise<void> {
    return this.#processor.shutdown(deadline);
  }
}

/** The test's clock for what asks the system, from its beginning; and timers that only `tick` moves. */
export function fakeClock(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: at(0)[0] * 1000 });
}

/** Lets promises go on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** `container by method`, or `silo or session by method`, `unresolved` or `host`, as a record shows it. */
export function shown(record: LogRecord): string {
  const method = record.get(Attr.attributionMethod);
  if (method === undefined || method === 'unresolved') return method ?? 'host';
  const id = record.resource.attributes[ResourceAttr.containerId.name];
  const silo = record.get(Attr.siloId) ?? `session ${record.get(Attr.windowsSessionId)}`;
  return `${typeof id === 'string' ? id : silo} by ${method}`;
}
