import type { HrTime } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { RecordMapper } from '../etw/record_mapper.ts';
import { AttributeBlock, Shape } from '../model/attribute_set.ts';
import { Attr, ResourceAttr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { internResource } from '../model/resource.ts';
import type { EventLogEvent } from './event.ts';
import { EventLogSchemas } from './schemas.ts';
import { EventLogView } from './view.ts';

/** Computers whose mappers are kept: a log of forwarded events has those of many. */
const MAX_COMPUTERS = 256;
const CHANNEL = new Shape([Attr.eventLogChannel, Attr.eventLogRecordId]);

/** What all records of a mapper have alike. */
export interface EventLogMapperOptions {
  readonly scope: InstrumentationScope;
  /** As in {@link RecordMapper}. */
  readonly observedTime: 'event' | (() => HrTime);
  /** The resource of a computer's events; by default its name alone. */
  readonly resourceOf?: (computer: string) => Resource;
}

/**
 * Makes records of event-log events, with the same tables as those of ETW events: many of their providers write to
 * both. The payload stays in `etw.event.data`, by the names that rules know it by.
 */
export class EventLogMapper {
  readonly #options: EventLogMapperOptions;
  readonly #schemas = new EventLogSchemas();
  readonly #mappers = new Map<string, RecordMapper>();

  constructor(options: EventLogMapperOptions) {
    this.#options = options;
  }

  /** The record of an event. Never throws. */
  map(event: EventLogEvent): LogRecord {
    const view = new EventLogView(event, this.#schemas.of(event));
    const record = this.#mapperOf(event.computer).map(view);
    const channel = new AttributeBlock(CHANNEL, [event.channel, event.recordId]);
    return record.plus(channel);
  }

  #mapperOf(computer: string): RecordMapper {
    let mapper = this.#mappers.get(computer);
    if (mapper === undefined) {
      const { scope, observedTime, resourceOf = computerResource } = this.#options;
      mapper = new RecordMapper({
        resource: resourceOf(computer),
        scope,
        observedTime,
        includeEventData: true,
      });
      if (this.#mappers.size >= MAX_COMPUTERS) this.#mappers.clear();
      this.#mappers.set(computer, mapper);
    }
    return mapper;
  }
}

/** The resource of a computer of which only the name is known. */
export function computerResource(computer: string): Resource {
  const attributes: Record<string, string> = {
    [ResourceAttr.serviceName.name]: 'sigel',
    [ResourceAttr.osType.name]: 'windows',
  };
  if (computer !== '') attributes[ResourceAttr.hostName.name] = computer;
  return internResource(attributes);
}
