import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { z } from 'zod';
import type { Component, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import { internResource } from '../../src/model/resource.ts';
import { withResource } from '../../src/model/span.ts';
import { eachRecord, eachSpan } from '../../src/pipeline/each.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { Action, resourceConfig } from './config.ts';

type Config = z.infer<typeof resourceConfig>;

/** Gives log records resources with other attributes. */
export function resourceOfLogs(
  account: Account,
  config: Config,
  next: LogsConsumer,
): Component & LogsConsumer {
  const resources = new Resources(config.attributes);
  return eachRecord(account, next, (record) => {
    const resource = resources.of(record.resource);
    return resource === record.resource ? record : record.with({ resource });
  });
}

/** Gives spans resources with other attributes. */
export function resourceOfTraces(
  account: Account,
  config: Config,
  next: TracesConsumer,
): Component & TracesConsumer {
  const resources = new Resources(config.attributes);
  return eachSpan(account, next, (span) => {
    const resource = resources.of(span.resource);
    return resource === span.resource ? span : withResource(span, resource);
  });
}

/** One new resource per old one, however many have it: exporters group by a resource's identity. */
class Resources {
  readonly #actions: readonly Action[];
  readonly #changed = new WeakMap<Resource, Resource>();

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  of(given: Resource): Resource {
    let resource = this.#changed.get(given);
    if (resource === undefined) {
      resource = changed(given, this.#actions);
      this.#changed.set(given, resource);
    }
    return resource;
  }
}

/** The resource after the actions; the very same one when they change nothing. */
export function changed(resource: Resource, actions: readonly Action[]): Resource {
  const attributes: Attributes = { ...resource.attributes };
  let differs = false;
  for (const action of actions) {
    const present = Object.hasOwn(attributes, action.key);
    if (action.action === 'delete') {
      differs ||= present;
      delete attributes[action.key];
    } else if (action.action === 'insert' ? !present : action.action === 'update' ? present : true) {
      differs = true;
      attributes[action.key] = action.value;
    }
  }
  return differs ? internResource(attributes, resource.schemaUrl) : resource;
}
