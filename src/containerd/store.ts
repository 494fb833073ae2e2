import type { HrTime } from '@opentelemetry/api';
import { Entry, isAlive } from './entry.ts';
import type { Change, Container, ContainerDetails, ContainerProcess, Fact, Origin } from './facts.ts';
import { MAX_SYSTEM_PID, type PidClaim, PidIndex } from './pid_index.ts';
import { timeNow } from './time.ts';

/** What containers there are and were a moment ago. */
export interface ContainerView {
  get(namespace: string, id: string): Container | undefined;
  /** Who has, or a moment ago had, a pid of this node; the latest last. Never a pid inside a Hyper-V machine. */
  byPid(pid: number): readonly PidClaim[];
  /** The sandbox of a container's pod; a sandbox is its own. */
  sandboxOf(container: Container): Container | undefined;
  /** All, also deleted ones that are not forgotten yet. */
  all(): Iterable<Container>;
  readonly size: number;
}

/** What a store keeps. */
export interface StoreOptions {
  readonly maxContainers: number;
  /** How long a deleted container stays in the view, in milliseconds. */
  readonly keepDeletedMs: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** The time of day, for what containerd gives no time of. */
  readonly time?: () => HrTime;
  readonly onChange: (change: Change) => void;
}

/** Facts in, view and changes out. Facts may come twice, and in any order: only what is new changes something. */
export class ContainerStore implements ContainerView {
  readonly #options: StoreOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #pids = new PidIndex();
  readonly #time: () => HrTime;
  #events = 0;
  /** Containers that did not fit, or were forgotten for others before their time. */
  overflowed = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#time = options.time ?? timeNow;
  }

  get size(): number {
    return this.#entries.size;
  }
  /** The number of the last event: what is touched after it is newer than a list that began with it. */
  get sequence(): number {
    return this.#events;
  }
  get(namespace: string, id: string): Entry | undefined {
    return this.#entries.get(keyOf(namespace, id));
  }
  byPid(pid: number): readonly PidClaim[] {
    return this.#pids.claims(pid);
  }
  all(): Iterable<Entry> {
    return this.#entries.values();
  }
  sandboxOf(container: Container): Container | undefined {
    if (container.details.kind === 'sandbox') return container;
    const { sandboxId } = container.details;
    return sandboxId === undefined ? undefined : this.get(container.namespace, sandboxId);
  }

  /** Takes what containerd said. */
  apply(fact: Fact, origin: Origin): void {
    if (origin === 'event') this.#events++;
    if (fact.kind === 'container') this.#applyDetails(fact, fact.details, origin);
    const entry = this.get(fact.namespace, fact.id);
    if (entry === undefined) return;
    if (origin === 'event') entry.touched = this.#events;
    switch (fact.kind) {
      case 'container':
        return;
      case 'task':
      case 'start':
      case 'exec':
        this.#applyProcess(entry, fact, origin);
        return;
      case 'exit':
        this.#applyExit(entry, fact, origin);
        return;
      case 'oom':
        this.#tell('oom', entry, undefined, fact.at, origin);
        return;
      case 'job':
        entry.job = fact.job;
        entry.jobAt = fact.at;
        this.#tell('job', entry, undefined, fact.at, origin);
        return;
      case 'delete':
        this.#applyDelete(entry, fact.at, origin);
        return;
    }
  }

  /** Forgets deleted containers whose time is over. */
  expire(): void {
    const now = this.#options.now();
    for (const entry of this.#entries.values()) if (entry.forgetAfter <= now) this.#forget(entry);
  }

  #applyDetails(fact: Fact, details: ContainerDetails, origin: Origin): void {
    const known = this.get(fact.namespace, fact.id);
    // An id is used again where people choose it (`ctr run … web`), also while nobody tells us.
    if (known !== undefined && isAnother(known, details, fact.at)) {
      this.#applyDelete(known, details.createdAt, 'list');
      this.#forget(known);
    }
    const entry = this.get(fact.namespace, fact.id);
    if (entry === undefined) {
      if (!this.#makeRoom()) return;
      const made = new Entry(fact.namespace, fact.id, details);
      this.#entries.set(keyOf(fact.namespace, fact.id), made);
      this.#tell('create', made, undefined, fact.at ?? details.createdAt, origin);
    } else if (entry.deletedAt === undefined && details.complete && !isSame(entry.details, details)) {
      entry.details = details;
      for (const process of [entry.init, ...entry.execs.values()])
        if (isAlive(process)) this.#claim(entry, process, process.startedAt);
      this.#tell('update', entry, undefined, fact.at, origin);
    }
  }

  #applyProcess(
    entry: Entry,
    fact: Extract<Fact, { kind: 'task' | 'start' | 'exec' }>,
    origin: Origin,
  ): void {
    if (fact.pid <= 0) return;
    const execId = fact.kind === 'exec' ? fact.execId : undefined;
    const known = entry.process(execId);
    // A list is as new as it says; an event may come after the end of what it tells of.
    const isOver = known?.exitedAt !== undefined;
    const isKnown =
      known?.pid === fact.pid && !(isOver && (origin !== 'event' || isLater(fact.at, known.exitedAt)));
    // Told twice, or too late: the task was there, and of a start only the time is new.
    if (isKnown && (fact.kind === 'task' || known.startedAt !== undefined || isOver)) return;
    // The time of a task that nobody told of is not known: it is no earlier than its container, or the task before.
    const from = fact.at ?? known?.exitedAt ?? entry.details.createdAt;
    const startedAt = fact.kind === 'task' ? undefined : (from ?? this.#time());
    const process: ContainerProcess = {
      execId,
      pid: fact.pid,
      startedAt,
      exitedAt: undefined,
      exitCode: undefined,
    };
    if (!isKnown && isAlive(known)) this.#end(entry, known, fact.at);
    const dropped = entry.setProcess(process);
    if (dropped !== undefined) this.#unclaim(entry, dropped.pid);
    this.#claim(entry, process, from);
    this.#tell(fact.kind, entry, process, fact.at, origin);
  }

  #applyExit(entry: Entry, fact: Extract<Fact, { kind: 'exit' }>, origin: Origin): void {
    const known = entry.process(fact.execId);
    // An exec whose start was missed has run all the same, if it ever had a pid.
    const process = known ?? (fact.pid > 0 ? unseen(fact) : undefined);
    if (process === undefined || !isAlive(process) || (fact.pid > 0 && process.pid !== fact.pid)) return;
    const at = fact.at ?? this.#time();
    const exited: ContainerProcess = { ...process, exitedAt: at, exitCode: fact.exitCode };
    const dropped = entry.setProcess(exited);
    if (dropped !== undefined) this.#unclaim(entry, dropped.pid);
    this.#end(entry, exited, at);
    this.#tell('exit', entry, exited, fact.at, origin);
  }

  #applyDelete(entry: Entry, at: HrTime | undefined, origin: Origin): void {
    if (entry.deletedAt !== undefined) return;
    entry.deletedAt = at ?? this.#time();
    entry.forgetAfter = this.#options.now() + this.#options.keepDeletedMs;
    for (const process of [entry.init, ...entry.execs.values()])
      if (isAlive(process)) this.#end(entry, process, entry.deletedAt);
    this.#tell('delete', entry, undefined, at, origin);
  }

  // Pids of a virtual machine mean other processes here, and what may be one is left alone too.
  #claim(entry: Entry, { pid, execId }: ContainerProcess, from: HrTime | undefined): void {
    const { isolation } = entry.details;
    if (isolation === 'hyperv' || isolation === 'unknown' || pid <= MAX_SYSTEM_PID) return;
    entry.pids.add(pid);
    this.#pids.add({ container: entry, execId, pid, from });
  }

  #end(entry: Entry, process: ContainerProcess, at: HrTime | undefined): void {
    this.#pids.end(entry, process.pid, at ?? this.#time());
  }

  #unclaim(entry: Entry, pid: number): void {
    entry.pids.delete(pid);
    this.#pids.remove(entry, pid);
  }

  /** Deleted containers go first, then those that came first and run no more; a running one stays. */
  #makeRoom(): boolean {
    if (this.#entries.size < this.#options.maxContainers) return true;
    this.overflowed++;
    const entries = [...this.#entries.values()];
    const oldest =
      entries.find(({ deletedAt }) => deletedAt !== undefined) ?? entries.find(({ init }) => !isAlive(init));
    if (oldest === undefined) return false;
    this.#forget(oldest);
    return true;
  }

  #forget(entry: Entry): void {
    for (const pid of entry.pids) this.#pids.remove(entry, pid);
    this.#entries.delete(keyOf(entry.namespace, entry.id));
    this.#options.onChange({ kind: 'forget', container: entry });
  }

  #tell(
    kind: Exclude<Change['kind'], 'forget' | 'synced' | 'lost'>,
    container: Container,
    process: ContainerProcess | undefined,
    at: HrTime | undefined,
    origin: Origin,
  ): void {
    this.#options.onChange({ kind, container, process, at, origin });
  }
}

function keyOf(namespace: string, id: string): string {
  return `${namespace}/${id}`;
}

/**
 * Whether details are of another container than the known one of the same id. The time of its creation tells: that
 * of a deletion may be when it was found, and so be later than the next creation.
 */
function isAnother(
  { deletedAt, details: old }: Entry,
  details: ContainerDetails,
  at: HrTime | undefined,
): boolean {
  if (!details.complete) return deletedAt !== undefined && isLater(at, deletedAt);
  if (!old.complete) return deletedAt !== undefined;
  return String(details.createdAt) !== String(old.createdAt);
}

function unseen({ execId, pid }: Extract<Fact, { kind: 'exit' }>): ContainerProcess {
  return { execId, pid, startedAt: undefined, exitedAt: undefined, exitCode: undefined };
}

function isLater(a: HrTime | undefined, b: HrTime | undefined): boolean {
  return a !== undefined && b !== undefined && (a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]));
}

function isSame(a: ContainerDetails, b: ContainerDetails): boolean {
  return serialized(a) === serialized(b);
}

function serialized(details: ContainerDetails): string {
  // containerd tells labels in another order each time.
  return JSON.stringify(details, (_, value: unknown) =>
    value instanceof Map
      ? Object.entries(Object.fromEntries(value)).sort(([a], [b]) => (a < b ? -1 : 1))
      : value,
  );
}
