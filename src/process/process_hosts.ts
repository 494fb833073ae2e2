import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { RecentWeakMap } from '../model/recent_weak_map.ts';
import type { PopulationLimits } from './population.ts';
import { ProcessBlocks } from './process_blocks.ts';
import { ProcessTable } from './process_table.ts';
import { TraceOwner } from './trace_owner.ts';

/** The most hosts whose processes are known at a time; beyond that, all begin anew. */
const MAX_HOSTS = 64;
const HOUR = 3600e6;

interface KnownHost {
  readonly table: ProcessTable;
  readonly blocks: ProcessBlocks;
}

/**
 * The process tables of all hosts that records come from. A host is told by `host.id`, else `host.name` of the record's
 * resource; recordings that name none are told apart by what they have as a resource.
 */
export class ProcessHosts {
  readonly #limits: PopulationLimits;
  readonly #ancestors: number;
  readonly #traceWindow: number;
  readonly #byName = new Map<string, KnownHost>();
  #byResource = new RecentWeakMap<Resource, KnownHost>();
  #evicted = 0;

  /** `traceWindow` is the span of time that one trace has, in microseconds. */
  constructor(limits: PopulationLimits, ancestors: number, traceWindow = HOUR) {
    this.#limits = limits;
    this.#ancestors = ancestors;
    this.#traceWindow = traceWindow;
  }

  /**
   * Takes a record in and gives it the facts of its process, and its host's trace; the same record where it names no
   * process.
   */
  take(record: LogRecord): LogRecord {
    const { resource } = record;
    const host = this.#byResource.get(resource) ?? this.#open(resource);
    const process = host.table.take(record);
    if (process === undefined) return record;
    return host.blocks.givePeer(host.blocks.give(record, process));
  }

  /** Processes held, of all hosts. */
  get size(): number {
    let size = 0;
    for (const { table } of this.#byName.values()) size += table.size;
    return size;
  }

  /** Processes given up for want of room, of all hosts. */
  get evicted(): number {
    let evicted = this.#evicted;
    for (const { table } of this.#byName.values()) evicted += table.evicted;
    return evicted;
  }

  #open(resource: Resource): KnownHost {
    const { attributes } = resource;
    const given = attributes[ResourceAttr.hostId.name] ?? attributes[ResourceAttr.hostName.name];
    const name = typeof given === 'string' ? given : '';
    const key = name === '' ? JSON.stringify(attributes) : name;
    let host = this.#byName.get(key);
    if (host === undefined) {
      if (this.#byName.size >= MAX_HOSTS) this.#forget();
      const table = new ProcessTable(this.#limits);
      const trace = new TraceOwner(key, name, this.#traceWindow);
      host = { table, blocks: new ProcessBlocks(table, name, this.#ancestors, trace) };
      this.#byName.set(key, host);
    }
    return this.#byResource.set(resource, host);
  }

  #forget(): void {
    this.#evicted = this.evicted + this.size;
    this.#byName.clear();
    this.#byResource = new RecentWeakMap();
  }
}
