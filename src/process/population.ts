import { sizeOf } from './facts.ts';
import { incarnations } from './incarnations.ts';
import { KnownProcess } from './known_process.ts';
import { Newest } from './newest.ts';

/** Bounds of a population. */
export interface PopulationLimits {
  readonly maxProcesses: number;
  /** How long an exited process is kept, in microseconds of event time. */
  readonly keepExited: number;
}

/** The most processes of one pid that are kept. */
const MAX_INCARNATIONS = 16;
/** Texts may take this many characters for each process of the limit. */
const CHARACTERS = 1024;

/** The processes of one host that are kept: each where its time is among those that had its pid, and no more than the limits allow. */
export class Population {
  readonly #limits: PopulationLimits;
  readonly #newest = new Newest();
  /** Exited processes in the order their exits were told. */
  #exited: KnownProcess[] = [];
  #size = 0;
  #characters = 0;
  #births = 0;
  #evicted = 0;

  constructor(limits: PopulationLimits) {
    this.#limits = limits;
  }

  /** Processes held. */
  get size(): number {
    return this.#size;
  }

  /** Grows with each process. */
  get births(): number {
    return this.#births;
  }

  /** Processes that were given up for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  /** The last process that had a pid; those before hang on it. */
  newest(pid: number): KnownProcess | undefined {
    return this.#newest.of(pid);
  }

  /** A new process, which was first seen at a time: it ends the one before it, and the one after it ends it. */
  add(pid: number, since: number): KnownProcess {
    let after: KnownProcess | undefined;
    let before = this.#newest.of(pid);
    while (before !== undefined && before.since > since) {
      after = before;
      before = before.before;
    }
    const process = new KnownProcess(pid, since);
    if (before !== undefined) {
      if (before.exited) process.since = Math.max(since, before.until);
      else this.#replace(before, since);
      process.before = before;
    }
    if (after === undefined) this.#newest.set(pid, process);
    else {
      process.until = Math.max(process.since, after.since);
      after.before = process;
      this.#exited.push(process);
    }
    this.#size++;
    this.#births++;
    process.usedAt = this.#births;
    this.#boundPid(pid);
    this.#makeRoom(process);
    return process;
  }

  /** The exit of a process was told. */
  exit(process: KnownProcess, time: number): void {
    if (process.exited) return;
    process.exited = true;
    process.until = Math.min(process.until, Math.max(process.since, time));
    this.#exited.push(process);
  }

  /** More, or less, is known of a process. */
  weigh(process: KnownProcess): void {
    const { facts, parent } = process;
    const weight = sizeOf(facts) + (parent === undefined ? 0 : sizeOf(parent.facts));
    this.#characters += weight - process.weight;
    process.weight = weight;
  }

  /** Lets go of those that have exited long before a time. */
  expire(now: number): void {
    const oldest = now - this.#limits.keepExited;
    let gone = 0;
    for (const process of this.#exited) {
      if (process.until >= oldest) break;
      gone++;
      this.#remove(process);
    }
    if (gone > 0) this.#exited.splice(0, gone);
  }

  clear(): void {
    for (const process of this.#all()) process.leave();
    this.#newest.clear();
    this.#exited = [];
    this.#size = 0;
    this.#characters = 0;
  }

  // What has to be looked through stays short, however often a pid is used again.
  #boundPid(pid: number): void {
    let count = 0;
    for (let one = this.#newest.of(pid); one !== undefined; one = one.before)
      if (++count > MAX_INCARNATIONS) this.#remove(one);
  }

  // Its exit was not seen, but another process has its pid now.
  #replace(process: KnownProcess, time: number): void {
    if (process.until <= time) return;
    if (process.runs) this.#exited.push(process);
    process.until = time;
  }

  // When it is full, an eighth goes: those that were not used for longest.
  #makeRoom(keep: KnownProcess): void {
    const { maxProcesses } = this.#limits;
    if (this.#size <= maxProcesses && this.#characters <= maxProcesses * CHARACTERS) return;
    const all = this.#all();
    all.sort((a, b) => a.usedAt - b.usedAt);
    const leaving = Math.max(1, all.length >> 3);
    for (const process of all.slice(0, leaving)) {
      if (process === keep) continue;
      this.#remove(process);
      this.#evicted++;
    }
    this.#exited = this.#exited.filter(({ left }) => left === undefined);
  }

  #all(): KnownProcess[] {
    return Array.from(this.#newest.all(), (newest) => [...incarnations(newest)]).flat();
  }

  #remove(process: KnownProcess): void {
    if (process.left !== undefined) return;
    const newest = this.#newest.of(process.pid);
    if (newest === process) {
      this.#newest.set(process.pid, process.before);
    } else {
      for (const one of incarnations(newest)) if (one.before === process) one.before = process.before;
    }
    process.leave();
    this.#size--;
    this.#characters -= process.weight;
  }
}
