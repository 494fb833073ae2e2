import type { LogRecord } from '../../../src/model/log_record.ts';
import { attributeField } from '../../../src/sigma/attribute_field.ts';
import type { ThrottleConfig } from './config.ts';
import { RecentMap } from './recent_map.ts';
import { workloadOf } from './workload.ts';

/** Groups that are remembered; one that is forgotten begins anew, and tells more. */
const MAX_GROUPS = 20_000;

interface Group {
  /** Of the interval, in milliseconds since 1970, in the time of events. */
  start: number;
  told: number;
  heldBack: number;
}

/**
 * Tells the first detections of a rule in a workload, and of the values it is grouped by, in every interval. The
 * workload is always part of the group, so that none is hidden behind another.
 */
export class Throttle {
  readonly #interval: number;
  readonly #max: number;
  readonly #fields: readonly ReturnType<typeof attributeField>[];
  readonly #groups = new RecentMap<Group>(MAX_GROUPS);

  constructor({ interval, max, group_by: groupBy }: ThrottleConfig) {
    this.#interval = interval;
    this.#max = max;
    this.#fields = groupBy.map((name) => attributeField(name));
  }

  /** How many were held back since the last that was told; undefined: this one is held back too. */
  admit(rule: string, record: LogRecord, time: number): number | undefined {
    const values = this.#fields.map((field) => field?.read(record) ?? null);
    const key = JSON.stringify([rule, workloadOf(record), ...values]);
    const group = this.#groups.of(key, () => ({ start: time, told: 0, heldBack: 0 }));
    // Either way: clocks are set back too.
    if (Math.abs(time - group.start) >= this.#interval) Object.assign(group, { start: time, told: 0 });
    if (group.told >= this.#max) {
      group.heldBack++;
      return undefined;
    }
    const { heldBack } = group;
    group.told++;
    group.heldBack = 0;
    return heldBack;
  }
}
