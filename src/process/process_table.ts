import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { factsOf, NO_FACTS, type ProcessFacts } from './facts.ts';
import { exitedHere, incarnations, livingAt, parentAt, runningHere, startedBefore } from './incarnations.ts';
import { creationOf, type KnownProcess, MAX_ANCESTORS } from './known_process.ts';
import { Population, type PopulationLimits } from './population.ts';
import { StartKeys } from './start_keys.ts';
import { microsOf } from './time.ts';

const SYSTEM_PID = 4;
const SYSTEM: ProcessFacts = { ...NO_FACTS, name: 'System' };
/** A record of a creation and what it tells belong to clocks that may be this far apart. */
const CLOCKS_APART = 1_000_000;
/** Starts told out of order by as many are of another boot, where numbering began anew. */
const SEQUENCE_FALL = 4096;

// An exited process does none of these: the pid is another's, whose start was lost.
const SIGNS_OF_LIFE = new Set(['process.thread.start', 'process.thread.remote_start', 'process.module.load']);

/**
 * The processes of one host: who had a pid at a time. Records are taken in about in order of time; taking one in
 * again changes nothing.
 *
 * A pid is used again, within a second on a busy node, and starts and exits may be lost. So each process has an
 * interval in which it is known to have lived, and a record gets the one whose interval its time is in; a number that
 * Windows never uses again (sequence number, start key) goes before time. What is not certain stays unknown.
 */
export class ProcessTable {
  readonly #population: Population;
  readonly #keys = new StartKeys();
  #now = 0;
  #lastSequence = 0;
  #lastStart = 0;
  #revision = 0;

  constructor(limits: PopulationLimits) {
    this.#population = new Population(limits);
  }

  /** Processes held. */
  get size(): number {
    return this.#population.size;
  }

  /** Processes that were given up for want of room. */
  get evicted(): number {
    return this.#population.evicted;
  }

  /** Grows when something more is known of a process that was known before. */
  get revision(): number {
    return this.#revision;
  }

  /** Grows with each process: a parent not found may be there now. */
  get births(): number {
    return this.#population.births;
  }

  /**
   * Takes a record in; the process it is of, undefined where it names none. What containerd tells teaches nothing and is
   * of no process here: it comes before the events of its time, which alone can say who has the pid then.
   */
  take(record: LogRecord): KnownProcess | undefined {
    const pid = record.get(Attr.processPid);
    if (pid === undefined || record.get(Attr.containerOrigin) !== undefined) return undefined;
    const time = microsOf(record.hrTime);
    if (time > this.#now) this.#now = time;
    const process = this.#taken(record, pid, time);
    process.usedAt = this.#population.births;
    return process;
  }

  /** The process that had a pid at a time (microseconds), if it is known. */
  find(pid: number, time: number): KnownProcess | undefined {
    return livingAt(this.#population.newest(pid), time);
  }

  /** Looks for the parent of a process once more: it may have been told of later. */
  resolveParent(process: KnownProcess): void {
    if (!this.#linkParent(process)) return;
    this.#population.weigh(process);
    this.#revision++;
  }

  #linkParent(process: KnownProcess): boolean {
    const { parentPid } = process.facts;
    if (process.parent !== undefined || process.left !== undefined) return false;
    if (parentPid === undefined || parentPid === process.pid) return false;
    const parent = parentAt(this.#population.newest(parentPid), process);
    // Numbers from a forged record might make a circle.
    if (parent === undefined || isBelow(parent, process)) return false;
    process.parent = parent;
    parent.usedAt = this.#population.births;
    process.revision++;
    return true;
  }

  #taken(record: LogRecord, pid: number, time: number): KnownProcess {
    switch (record.eventName) {
      case 'process.start':
        return this.#start(pid, time, factsOf(record));
      case 'process.exit':
        return this.#exit(pid, time, factsOf(record));
      case 'process.rundown':
        return this.#rundown(pid, time, factsOf(record));
      default:
        return this.#meet(pid, time, record);
    }
  }

  #start(pid: number, time: number, facts: ProcessFacts): KnownProcess {
    this.#population.expire(this.#now);
    this.#notice(pid, facts);
    this.#noticeStart(time, facts.sequence);
    const created = creationOf(facts, time);
    const since = created !== undefined && created > time - CLOCKS_APART ? created : time;
    const known = startedBefore(this.#population.newest(pid), facts, since, time);
    const process = known ?? this.#population.add(pid, since);
    this.#bear(process, since);
    process.startedAt ??= time;
    this.#learn(process, facts);
    return process;
  }

  #exit(pid: number, time: number, facts: ProcessFacts): KnownProcess {
    this.#population.expire(this.#now);
    const known = exitedHere(this.#population.newest(pid), facts, time);
    const process = known ?? this.#addCreated(pid, time, facts);
    this.#population.exit(process, time);
    this.#learn(process, facts);
    return process;
  }

  #rundown(pid: number, time: number, facts: ProcessFacts): KnownProcess {
    this.#population.expire(this.#now);
    this.#notice(pid, facts);
    const created = creationOf(facts, time);
    const known = runningHere(this.#population.newest(pid), facts, created, time);
    const process = known ?? this.#addCreated(pid, time, facts);
    if (created !== undefined) this.#bear(process, created);
    this.#learn(process, facts);
    return process;
  }

  #meet(pid: number, time: number, record: LogRecord): KnownProcess {
    const newest = this.#population.newest(pid);
    const key = record.get(Attr.windowsStartKey);
    if (key === undefined) {
      // Nothing known is later than the latest record.
      if (newest?.runs === true && time >= this.#now) return newest;
      const found = livingAt(newest, time);
      if (found !== undefined && !(time > found.until && SIGNS_OF_LIFE.has(record.eventName))) return found;
      return this.#metEarlier(newest, time) ?? this.#addMet(pid, time);
    }
    return this.#meetKeyed(pid, time, key);
  }

  #meetKeyed(pid: number, time: number, key: string): KnownProcess {
    const newest = this.#population.newest(pid);
    const sequence = this.#keys.sequenceOf(key);
    for (const one of incarnations(newest))
      if (one.startKey === key || (sequence !== undefined && one.facts.sequence === sequence)) return one;
    let process: KnownProcess | undefined;
    for (const one of incarnations(newest)) {
      if (process === undefined && one.coversTrailing(time) && this.#keys.fits(one, key)) process = one;
    }
    process ??= this.#addMet(pid, time);
    process.startKey = key;
    // So that starts, exits and children tell it too.
    if (sequence !== undefined) this.#learn(process, { ...NO_FACTS, sequence });
    return process;
  }

  // Of a process met in the middle of its life, an earlier record that came later.
  #metEarlier(newest: KnownProcess | undefined, time: number): KnownProcess | undefined {
    if (newest === undefined || newest.born || time >= newest.since) return undefined;
    if (newest.before !== undefined && newest.before.until > time) return undefined;
    newest.since = time;
    return newest;
  }

  #addMet(pid: number, time: number): KnownProcess {
    this.#population.expire(this.#now);
    const process = this.#population.add(pid, time);
    if (pid === SYSTEM_PID) this.#learn(process, SYSTEM);
    return process;
  }

  #addCreated(pid: number, time: number, facts: ProcessFacts): KnownProcess {
    const created = creationOf(facts, time);
    const process = this.#population.add(pid, created ?? time);
    process.born = created !== undefined;
    return process;
  }

  // The creation of a process, which may have been met later than that; not before the end of the one before it.
  #bear(process: KnownProcess, created: number): void {
    if (process.born) return;
    const earliest = process.before?.until ?? created;
    process.since = Math.min(process.since, Math.max(created, earliest));
    process.born = true;
  }

  #learn(process: KnownProcess, facts: ProcessFacts): void {
    const isNew = process.facts === NO_FACTS && process.blocks === undefined;
    const learnt = process.learn(facts);
    const linked = this.#linkParent(process);
    if (learnt || linked) this.#population.weigh(process);
    // Nothing was shown yet of one that is new.
    if ((learnt || linked) && !isNew) this.#revision++;
  }

  // Another boot: the kernel's own process was created anew.
  #notice(pid: number, facts: ProcessFacts): void {
    if (pid !== SYSTEM_PID || facts.created === undefined) return;
    const created = this.#population.newest(pid)?.facts.created;
    if (created !== undefined && facts.created !== created) this.#clear();
  }

  // Another boot: numbers began anew. A batch that is offered again has earlier times.
  #noticeStart(time: number, sequence: number | undefined): void {
    if (sequence === undefined || time < this.#lastStart) return;
    if (sequence < this.#lastSequence - SEQUENCE_FALL) this.#clear();
    this.#lastStart = time;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
  }

  #clear(): void {
    this.#population.clear();
    this.#keys.clear();
    this.#lastSequence = 0;
  }
}

function isBelow(process: KnownProcess, above: KnownProcess): boolean {
  let one: KnownProcess | undefined = process;
  for (let n = 0; one !== undefined && n <= MAX_ANCESTORS; n++, one = one.parent)
    if (one === above) return true;
  return false;
}
