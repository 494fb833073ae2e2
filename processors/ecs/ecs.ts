import type { Resource } from '@opentelemetry/resources';
import type { Component, LogsConsumer } from '../../src/component.ts';
import { AttributeBlock, type AttributeSet, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Value } from '../../src/model/value.ts';
import { eachRecord } from '../../src/pipeline/each.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { EventFields } from './event_fields.ts';
import { ECS_FIELDS, ECS_RESOURCE_FIELDS, type EcsField } from './fields.ts';

/** The ECS fields that sets of one shape give. */
interface Plan {
  readonly shape: Shape;
  readonly fields: readonly (EcsField & { readonly at: number })[];
}

/** Adds to each record, under the names of the Elastic Common Schema, what stands on it under OpenTelemetry's. */
export function ecsFields(account: Account, next: LogsConsumer): Component & LogsConsumer {
  const fields = new EcsFields();
  return eachRecord(account, next, (record) => fields.addTo(record));
}

/** Nothing is taken away. What many records share (a process, a rule) is made once and shared again. */
class EcsFields {
  readonly #events = new EventFields();
  readonly #plans = new WeakMap<Shape, Plan>();
  readonly #blocks = new WeakMap<AttributeBlock, AttributeBlock>();
  readonly #resources = new WeakMap<Resource, Resource>();

  addTo(record: LogRecord): LogRecord {
    // It has been here already, in a pipeline in front of this one.
    if (record.get(Attr.ecsEventKind) !== undefined) return record;
    const shared = record.blocks.map((block) => this.#block(block)).filter(hasAttributes);
    const own = this.#added(record.own);
    return record.with({
      blocks: [...record.blocks, this.#events.of(record), ...shared, ...(own === undefined ? [] : [own])],
      resource: this.#resource(record.resource),
    });
  }

  #block(block: AttributeBlock): AttributeBlock {
    let made = this.#blocks.get(block);
    if (made === undefined) {
      made = this.#added(block) ?? NONE;
      this.#blocks.set(block, made);
    }
    return made;
  }

  /** The ECS fields that a set gives; undefined where there are none. */
  #added({ shape, values }: AttributeSet): AttributeBlock | undefined {
    const plan = this.#plan(shape);
    if (plan.fields.length === 0) return undefined;
    const added = plan.fields.map(({ at, of }) => {
      const value: Value | undefined = values[at];
      return value === undefined ? undefined : of(value);
    });
    return added.every((value) => value === undefined) ? undefined : new AttributeBlock(plan.shape, added);
  }

  #plan(shape: Shape): Plan {
    let plan = this.#plans.get(shape);
    if (plan === undefined) {
      const fields = shape.keys.flatMap((from, at) =>
        (ECS_FIELDS.get(from) ?? []).map(({ to, of }) => ({ to, of, at })),
      );
      plan = { shape: new Shape(fields.map(({ to }) => to)), fields };
      this.#plans.set(shape, plan);
    }
    return plan;
  }

  #resource(resource: Resource): Resource {
    let made = this.#resources.get(resource);
    if (made === undefined) {
      made = withEcs(resource);
      this.#resources.set(resource, made);
    }
    return made;
  }
}

const NONE = new AttributeBlock(Shape.empty, []);

function hasAttributes(block: AttributeBlock): boolean {
  return block !== NONE;
}

function withEcs(resource: Resource): Resource {
  const attributes = { ...resource.attributes };
  for (const [from, to] of ECS_RESOURCE_FIELDS) {
    const value = resource.attributes[from];
    if (value !== undefined && attributes[to] === undefined) attributes[to] = value;
  }
  return internResource(attributes, resource.schemaUrl);
}
