import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import { categorizationOf } from './categories.ts';

const EVENT = new Shape([
  Attr.ecsEventKind,
  Attr.ecsEventCategory,
  Attr.ecsEventType,
  Attr.ecsEventAction,
  Attr.ecsEventOutcome,
  Attr.ecsEventModule,
]);

/** Most names that are remembered: those of unknown events come from traces. */
const MOST_NAMES = 2000;

/** The `event.*` fields of records: of a detection, `alert` with those of the event that fired its rule. */
export class EventFields {
  readonly #made = new Map<string, AttributeBlock>();

  of(record: LogRecord): AttributeBlock {
    const isDetection = record.eventName === DETECTION;
    const name = isDetection ? (record.get(Attr.detectionEventName) ?? DETECTION) : record.eventName;
    const key = `${isDetection ? 'alert' : 'event'} ${name}`;
    let block = this.#made.get(key);
    if (block === undefined) {
      if (this.#made.size >= MOST_NAMES) this.#made.clear();
      block = eventBlock(isDetection ? 'alert' : 'event', name);
      this.#made.set(key, block);
    }
    return block;
  }
}

function eventBlock(kind: string, name: string): AttributeBlock {
  const found = categorizationOf(name);
  const outcome = name.endsWith('.fail') ? 'failure' : undefined;
  return new AttributeBlock(EVENT, [kind, found?.category, found?.type, name, outcome, 'sigel']);
}
