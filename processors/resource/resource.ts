import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { z } from 'zod';
import type { Component, LogsConsumer } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { Action, resourceConfig } from './config.ts';

/** Gives records resources with other attributes. One new resource per old one, however many records. */
export class ResourceProcessor implements Component, LogsConsumer {
  readonly #account: Account;
  readonly #next: LogsConsumer;
  readonly #actions: readonly Action[];
  /** Exporters group by a resource's identity, so the same one has to come out for the same one in. */
  readonly #changed = new WeakMap<Resource, Resource>();

  constructor(account: Account, config: z.infer<typeof resourceConfig>, next: LogsConsumer) {
    this.#account = account;
    this.#next = next;
    this.#actions = config.attributes;
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const outcome = await this.#next.consumeLogs(batch.map((record) => this.#apply(record)));
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#account.taken += batch.length;
      this.#account.emitted += batch.length;
    }
    return outcome;
  }

  #apply(record: LogRecord): LogRecord {
    let resource = this.#changed.get(record.resource);
    if (resource === undefined) {
      resource = changed(record.resource, this.#actions);
      this.#changed.set(record.resource, resource);
    }
    return resource === record.resource ? record : record.with({ resource });
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
