import { ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { anyOf, type Matches } from '../../src/model/wildcard.ts';
import { type LimitConfig, nameOf } from './config.ts';
import { type GroupOf, grouping } from './groups.ts';

const DAY = 86_400;
/** Time that goes back further than records are out of order: another boot, another trace. Seconds. */
const ANOTHER_TIME = 3600;

/** What is counted together under one limit. */
export interface Group {
  readonly text: string;
  /** Records that may pass at once; fractions add up. */
  tokens: number;
  /** Time of the latest record, Unix seconds. */
  at: number;
  /** Days since 1970, and what passed and did not on that day. */
  day: number;
  records: number;
  bytes: number;
  dropped: number;
}

/** One limit: a bucket of records and a sum of bytes for each of its groups, by the time of records. */
export class Limit {
  readonly name: string;
  readonly #perSecond: number;
  readonly #capacity: number;
  readonly #bytesPerDay: number;
  readonly #eventNames: Matches | undefined;
  readonly #namespaces: Matches | undefined;
  readonly #groupOf: GroupOf;
  readonly #maxGroups: number;
  /** The one not seen longest comes first. */
  readonly #groups = new Map<string, Group>();

  constructor(config: LimitConfig, maxGroups: number) {
    this.name = nameOf(config);
    this.#perSecond = config.records_per_second ?? Number.POSITIVE_INFINITY;
    this.#capacity = Math.max(1, (this.#perSecond * config.burst) / 1000);
    this.#bytesPerDay = config.bytes_per_day ?? Number.POSITIVE_INFINITY;
    this.#eventNames = config.event_names === undefined ? undefined : anyOf(config.event_names);
    this.#namespaces = config.namespaces === undefined ? undefined : anyOf(config.namespaces);
    this.#groupOf = grouping(config.by);
    this.#maxGroups = maxGroups;
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  get size(): number {
    return this.#groups.size;
  }

  /** The group of a record at its time; undefined where it does not fall under this limit. */
  groupOf(record: LogRecord, seconds: number): Group | undefined {
    const { eventName, resource } = record;
    if (this.#eventNames?.(eventName) === false) return undefined;
    if (this.#namespaces !== undefined) {
      const namespace = resource.attributes[ResourceAttr.k8sNamespaceName.name];
      if (!this.#namespaces(typeof namespace === 'string' ? namespace : undefined)) return undefined;
    }
    const group = this.#find(this.#groupOf(record), seconds);
    this.#advance(group, seconds);
    return group;
  }

  /** Whether a record of so many bytes may pass. */
  allows({ tokens, bytes: passed }: Group, bytes: number): boolean {
    return tokens >= 1 && passed + bytes <= this.#bytesPerDay;
  }

  #find(text: string, seconds: number): Group {
    let group = this.#groups.get(text);
    if (group === undefined) {
      const counts = { day: Math.floor(seconds / DAY), records: 0, bytes: 0, dropped: 0 };
      group = { text, tokens: this.#capacity, at: seconds, ...counts };
      if (this.#groups.size >= this.#maxGroups) this.#groups.delete(this.#groups.keys().next().value ?? '');
    } else this.#groups.delete(text);
    this.#groups.set(text, group);
    return group;
  }

  #advance(group: Group, seconds: number): void {
    const isAnotherTime = seconds < group.at - ANOTHER_TIME;
    const passed = Math.max(0, seconds - group.at);
    if (isAnotherTime) group.tokens = this.#capacity;
    else if (passed > 0) group.tokens = Math.min(this.#capacity, group.tokens + passed * this.#perSecond);
    if (passed > 0 || isAnotherTime) group.at = seconds;
    const day = Math.floor(group.at / DAY);
    if (day !== group.day) Object.assign(group, { day, records: 0, bytes: 0, dropped: 0 });
  }
}

/** Counts a record as passed; `-1` takes that back. */
export function pass(group: Group, bytes: number, sign: 1 | -1 = 1): void {
  group.tokens -= sign;
  group.records += sign;
  group.bytes += sign * bytes;
}
