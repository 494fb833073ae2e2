import assert from 'node:assert/strict';
import type { HrTime } from '@opentelemetry/api';
import type { Change } from '../../src/containerd/facts.ts';
import { Watcher } from '../../src/containerd/watcher.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { writeTrace } from '../scenario/etl_writer.ts';
import { Process, type ProcessSpec } from '../scenario/process.ts';
import { scenario } from '../scenario/scenario.ts';
import { fileTime } from '../scenario/time.ts';
import { type Plain, readStored, type StoredRecord } from './otlp_json.ts';
import type { Collector } from './peers/collector.ts';
import type { RealContainerd } from './peers/containerd.ts';
import { until } from './peers/process.ts';
import { PlayedTraces } from './played_traces.ts';

/** A process that containerd told of, and when it did. */
interface Told {
  readonly pid: number;
  readonly at: HrTime;
}

/**
 * A node in two views: a real containerd, and the trace that Windows would have recorded of the same processes. Time
 * of the trace is the real one; each process is given with what its records are expected to show in the Collector:
 * `pod/container RESTARTS by METHOD`, `container ID by METHOD` outside of Kubernetes, or `host`.
 */
export class AttributedNode {
  readonly #expected = new Map<number, string>();
  readonly story = scenario({ start: new Date().toISOString() });
  readonly compute = this.ranBefore('host', 'vmcompute.exe');
  readonly shim = this.ranBefore('host', 'containerd-shim-runhcs-v1.exe');
  readonly service: PlayedTraces;
  readonly #containerd: RealContainerd;
  readonly #collector: Collector;
  readonly #watcher: Watcher;
  readonly #changes: Change[] = [];
  #written = 0;

  constructor(containerd: RealContainerd, collector: Collector) {
    this.#containerd = containerd;
    this.#collector = collector;
    this.service = new PlayedTraces(containerd.folder);
    this.#watcher = watcherOf(containerd.socket);
    this.#watcher.subscribe((change) => this.#changes.push(change));
    this.#expected.set(this.story.controller.pid, 'host');
  }

  /** Starts the agent, which finds containers that run. */
  async start(): Promise<void> {
    await this.#watcher.start();
    await this.service.run(configOf(this.#containerd.socket, this.#collector.endpoint));
    await this.says('everything is running');
  }

  async stop(): Promise<void> {
    await this.#watcher.stop();
    await this.service.stop();
  }

  /** Waits until the agent has said something so often. */
  async says(text: string, times = 1): Promise<void> {
    await until(text, () => this.service.said.filter((line) => line.includes(text)).length >= times);
  }

  /** How often the agent has said something. */
  saidOf(text: string): number {
    return this.service.said.filter((line) => line.includes(text)).length;
  }

  /** A process that the trace tells of as running, since long ago or some milliseconds since 1970. */
  ranBefore(expected: string, name: string, spec: Partial<ProcessSpec> = {}, since?: number): Process {
    const whole = { ...spec, commandLine: name };
    if (since === undefined) return this.#expect(expected, this.story.process(whole));
    const { world, controller } = this.story;
    this.#comesTo(Date.now());
    const process = new Process(world, whole, undefined, fileTime(new Date(since).toISOString()));
    process.rundown(controller);
    return this.#expect(expected, process);
  }

  /** A process that starts now, or when containerd told of it, which is a moment after its start. */
  starts(
    expected: string,
    parent: Process,
    name: string,
    spec: Partial<ProcessSpec> & { readonly told?: Told } = {},
  ): Process {
    const { told, ...rest } = spec;
    if (told !== undefined) this.#comesTo(told.at[0] * 1000 + Math.floor(told.at[1] / 1e6) - 1);
    const pid = told === undefined ? {} : { pid: told.pid };
    return this.#expect(expected, parent.starts({ ...rest, ...pid, commandLine: name }));
  }

  /** What the trace tells from now on is behind what has happened. */
  comesToNow(): void {
    this.#comesTo(Date.now());
  }

  /** It writes a file and ends, a little later than containerd told of it. */
  ends(process: Process): void {
    this.story.after('20ms');
    process.writesFile('C:\\Windows\\Temp\\out.txt').exits(0);
  }

  /** What containerd told of a container, once it has: its task, which is there before it starts, or an exec. */
  async told(kind: 'task' | 'exec', id: string): Promise<Told> {
    let found: Told | undefined;
    await until(`${kind} of ${id}`, () => {
      for (const change of this.#changes) {
        // What happens while a subscription begins is told by a list only, where a task runs already.
        const isSaid = change.kind === kind || (kind === 'task' && change.kind === 'start');
        if (isSaid && change.container.id === id && change.at && change.process)
          found ??= { pid: change.process.pid, at: change.at };
      }
      return found !== undefined;
    });
    assert.ok(found !== undefined);
    return found;
  }

  /** The agent reads what the trace has told since; resolves when the Collector has all of it. */
  async plays(): Promise<void> {
    this.#comesTo(Date.now());
    this.compute.writesFile('C:\\ProgramData\\log.txt');
    const { steps, ...session } = this.story.spec();
    await this.service.play(
      writeTrace({ ...session, steps: steps.slice(this.#written, (this.#written = steps.length)) }),
    );
  }

  /** The same, and some of it waits for containerd; resolves when it does. */
  async playsAndWaits(): Promise<{ readonly over: Promise<void> }> {
    const over = this.plays();
    const account = this.service.account('container_attribution');
    await Promise.race([over, until('records wait', () => account.queued > 0)]);
    assert.ok(account.queued > 0, 'records wait');
    return { over };
  }

  /** Compares what the Collector has with what is expected of every process; `pods` are uids by name. */
  async check(pods: Readonly<Record<string, string>>): Promise<void> {
    const shown = new Map<number, Set<string>>();
    let count = 0;
    for await (const record of readStored(this.#collector.file)) {
      count++;
      const { 'k8s.pod.name': pod, 'k8s.pod.uid': uid } = record.resource;
      if (pod !== undefined) assert.equal(uid, pods[text(pod)]);
      const pid = record.attributes['process.pid'];
      if (pid === undefined) continue;
      shown.set(Number(pid), (shown.get(Number(pid)) ?? new Set()).add(inWords(record)));
    }
    const table = (of: ReadonlyMap<number, Iterable<string>>) =>
      Object.fromEntries([...of].map(([pid, what]) => [pid, [...what]]));
    assert.deepEqual(table(shown), table(new Map([...this.#expected].map(([pid, what]) => [pid, [what]]))));
    assert.equal(count, this.service.account('played').emitted, 'all of them, each once');
    assert.deepEqual(this.service.ledger.imbalances(), []);
  }

  #expect(expected: string, process: Process): Process {
    assert.ok(!this.#expected.has(process.pid), 'pids of the story are its own');
    this.#expected.set(process.pid, expected);
    return process;
  }

  #comesTo(milliseconds: number): void {
    const { recorder } = this.story;
    const missing = fileTime(new Date(milliseconds).toISOString()) - recorder.now;
    if (missing > 0n) recorder.advance(missing);
  }
}

function inWords({ resource, attributes }: StoredRecord): string {
  const of = (name: string) => text(resource[name]);
  const method = text(attributes['sigel.attribution.method'] ?? 'host');
  if (resource['container.id'] === undefined) return method;
  if (resource['k8s.pod.name'] === undefined) return `container ${of('container.id')} by ${method}`;
  const container = `${of('k8s.pod.name')}/${of('k8s.container.name')}`;
  return `${container} ${of('k8s.container.restart_count')} by ${method}`;
}

function text(value: Plain): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function configOf(socket: string, endpoint: string): string {
  return `extensions:
  containerd:
    endpoint: unix://${socket}
    namespaces: ['*']
    retry_initial_interval: 50ms
    retry_max_interval: 500ms
receivers:
  played:
processors:
  process:
  container_attribution: { wait: 60s }
exporters:
  otlp_grpc:
    endpoint: ${endpoint}
    tls: { insecure: true }
service:
  extensions: [containerd]
  pipelines:
    logs:
      receivers: [played]
      processors: [process, container_attribution]
      exporters: [otlp_grpc]
`;
}

/** A second client, from which a test learns the pids that containerd gave. */
function watcherOf(socket: string): Watcher {
  return new Watcher(
    {
      endpoints: [{ shown: socket, target: `unix:${socket}` }],
      namespaces: ['*'],
      isWanted: () => true,
      isKubelets: (namespace) => namespace === 'k8s.io',
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 10_000,
      reconcileMs: 60_000,
      retry: { initialMs: 50, maxMs: 500 },
      maxContainers: 1000,
      keepDeletedMs: 120_000,
    },
    SILENT,
  );
}
