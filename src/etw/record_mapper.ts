import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { Shape } from '../model/attribute_set.ts';
import { Common } from '../model/common.ts';
import type { Kind } from '../model/kind.ts';
import { LogRecord, Occurrence } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import type { AccountSource } from './accounts.ts';
import type { EtwEvent } from './event.ts';
import { classify, type EventClass } from './event_class.ts';
import { itemBlock } from './item_block.ts';
import { type AccountSlots, PROCESS_PID_SLOT } from './record_plan.ts';
import type { Schema } from './schema.ts';
import { schemaWeight } from './schema_weight.ts';

/** What all records of one mapper have alike. */
export interface RecordMapperOptions {
  /** Interned: the resource of the host the events are of. */
  readonly resource: Resource;
  /** Interned: the scope of the component that reads the events. */
  readonly scope: InstrumentationScope;
  /** When the events were observed: as they happened (recordings), or as a clock says (live). */
  readonly observedTime: 'event' | (() => HrTime);
  /** Keeps the decoded payload (etw.event.data) on mapped events too. */
  readonly includeEventData?: boolean;
  /** Names accounts that are not the same on every Windows; the host's own, live. */
  readonly accounts?: AccountSource;
}

function withItems(
  event: EtwEvent,
  kind: Kind,
  shape: Shape,
  values: readonly (Value | undefined)[],
  accounts: AccountSource | undefined,
): Kind {
  const block = itemBlock(event, shape, values[PROCESS_PID_SLOT], accounts);
  return block === undefined ? kind : kind.plus(block);
}

// What the event itself says of the name stays.
function nameAccount(
  values: (Value | undefined)[],
  slots: AccountSlots,
  accounts: AccountSource | undefined,
): void {
  const sid = values[slots.id];
  if (accounts === undefined || typeof sid !== 'string' || values[slots.name] !== undefined) return;
  const account = accounts.account(sid);
  if (account === undefined) return;
  values[slots.name] = account.name;
  if (slots.domain >= 0) values[slots.domain] = account.domain;
}

/** What the cached classes may weigh, in fields of their schemas; a hostile trace empties it. */
const MAX_WEIGHT = 500_000;
/** What a class itself weighs: its blocks, its plan, its name. */
const CLASS_WEIGHT = 25;

/**
 * Makes log records of ETW events. Known events (events/mappings.ts) get their EventName, attributes and
 * body from the tables; all others `<provider>/<event name or id>` and their payload, decoded or as bytes.
 *
 * What the events of one schema, id, level and keywords share is worked out once (an {@link EventClass}),
 * so that an event costs a look-up, its own values and the record.
 */
export class RecordMapper {
  readonly #options: RecordMapperOptions;
  readonly #includeEventData: boolean;
  readonly #common: Common;
  /** First class of each schema, or of each provider, id and opcode without one; others hang on it. */
  readonly #bySchema = new Map<Schema, EventClass>();
  readonly #byName = new Map<string, EventClass>();
  #weight = 0;
  #last: EventClass | undefined;

  constructor(options: RecordMapperOptions) {
    this.#options = options;
    this.#includeEventData = options.includeEventData ?? false;
    this.#common = Common.ofResource(options.resource);
  }

  /** The record of an event. Never throws; keeps nothing of the event. */
  map(event: EtwEvent): LogRecord {
    const { observedTime, accounts } = this.#options;
    const eventClass = this.#classOf(event);
    const { plan } = eventClass;
    const filled = plan.fill(event);
    if (plan.account !== undefined) nameAccount(filled.values, plan.account, accounts);
    let severityNumber = eventClass.severity;
    const { raise } = plan;
    const { variant } = filled;
    if (variant !== undefined && variant.severity > severityNumber) severityNumber = variant.severity;
    if (raise !== undefined) {
      const value = filled.values[raise.slot];
      if (value !== undefined && raise.severity > severityNumber && raise.when(value))
        severityNumber = raise.severity;
    }
    const hrTime: HrTime = [event.seconds, event.nanoseconds];
    const occurrence = new Occurrence({
      hrTime,
      hrTimeObserved: observedTime === 'event' ? hrTime : observedTime(),
      eventName: variant === undefined ? eventClass.eventName : variant.eventName,
      severityNumber,
      body: filled.body,
      own: { shape: plan.shape, values: filled.values },
    });
    const { kind } = eventClass;
    return new LogRecord(
      occurrence,
      event.hasItems ? withItems(event, kind, plan.shape, filled.values, accounts) : kind,
      this.#common,
    );
  }

  #classOf(event: EtwEvent): EventClass {
    const { schema } = event;
    const last = this.#last;
    // Events come in runs. Without a schema the provider has to be looked at, which matches() does.
    if (last !== undefined && last.schema === schema && last.matches(event)) return last;
    const found = schema === undefined ? this.#unknown(event) : this.#known(event, schema);
    this.#last = found;
    return found;
  }

  #known(event: EtwEvent, schema: Schema): EventClass {
    const first = this.#bySchema.get(schema);
    const found = first?.find(event);
    if (found !== undefined) return found;
    const made = this.#make(event, first);
    this.#bySchema.set(schema, made);
    return made;
  }

  #unknown(event: EtwEvent): EventClass {
    const name = `${event.providerId ?? event.providerName}/${event.id}/${event.opcode}/${event.version}`;
    const first = this.#byName.get(name);
    const found = first?.find(event);
    if (found !== undefined) return found;
    const made = this.#make(event, first);
    this.#byName.set(name, made);
    return made;
  }

  #make(event: EtwEvent, first: EventClass | undefined): EventClass {
    let next = first;
    if (this.#weight >= MAX_WEIGHT) {
      this.#bySchema.clear();
      this.#byName.clear();
      this.#weight = 0;
      next = undefined;
    }
    this.#weight += CLASS_WEIGHT + schemaWeight(event.schema) + (event.providerName.length >> 6);
    const { scope } = this.#options;
    return classify(event, { scope, includeEventData: this.#includeEventData }, next);
  }
}
