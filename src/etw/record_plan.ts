import { type AttributeKey, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import { DeferredText, type TextTemplate } from '../model/deferred_text.ts';
import type { Value } from '../model/value.ts';
import type { EtwEvent } from './event.ts';
import type { Conversion, EventMapping, SeverityRule, Variant } from './events/mapping.ts';
import { PayloadProgram } from './payload_program.ts';
import { BodyTemplate, limitText } from './record_body.ts';
import { PayloadRenderer } from './render.ts';
import type { FieldValue, Schema } from './schema.ts';

/** What a plan makes of one event. Made anew for each: what stays would be old to the collector, and dear to fill. */
export interface Filled {
  /** In the shape's order. */
  readonly values: (Value | undefined)[];
  readonly body: string | DeferredText;
  /** What the event is instead of what its mapping says. */
  readonly variant: Variant | undefined;
}

/** Slots of a shape; -1 for a key that it does not have. */
export interface AccountSlots {
  readonly id: number;
  readonly name: number;
  readonly domain: number;
}

/** How the events of one schema become a record's own attributes and body. Compiled once, run per event. */
export interface RecordPlan {
  readonly shape: Shape;
  /** A severity that depends on the values. */
  readonly raise: (SeverityRule & { readonly slot: number }) | undefined;
  /** Where the account stands that acted: its SID, and the places of its name and domain. */
  readonly account: AccountSlots | undefined;
  fill(event: EtwEvent): Filled;
}

// Every record begins with these; slot 4 is overwritten where the payload names the process.
const HEADER_KEYS = [
  Attr.etwProcessId,
  Attr.etwThreadId,
  Attr.etwActivityId,
  Attr.etwRelatedActivityId,
  Attr.processPid,
] as const;
/** Where every record has `process.pid`. */
export const PROCESS_PID_SLOT = 4;

function headerValues(event: EtwEvent, size: number): (Value | undefined)[] {
  const values = new Array<Value | undefined>(size);
  const pid = known(event.pid);
  values[0] = pid;
  values[1] = known(event.tid);
  values[2] = event.activityId();
  values[3] = event.relatedActivityId();
  values[PROCESS_PID_SLOT] = pid;
  return values;
}

// A header without ids has -1; the kernel writes 0xffffffff where it knows of none.
function known(id: number): number | undefined {
  return id >= 0 && id < 0xffffffff ? id : undefined;
}

interface Step {
  /** Index of the payload field. */
  readonly source: number;
  /** Index of the field beside it, or -1. */
  readonly beside: number;
  readonly slot: number;
  readonly convert: Conversion;
}

interface CompiledVariant {
  readonly variant: Variant;
  readonly first: number;
  readonly second: number;
  readonly body: BodyTemplate;
}

/** The plan of an event that a mapping table knows, for one version's schema. */
export class MappedPlan implements RecordPlan {
  readonly shape: Shape;
  readonly raise: RecordPlan['raise'];
  readonly account: AccountSlots | undefined;
  readonly #steps: readonly Step[];
  readonly #body: BodyTemplate;
  readonly #variants: readonly CompiledVariant[] | undefined;
  readonly #bodyField: number;
  readonly #bodyText: ((value: FieldValue) => string | undefined) | undefined;
  readonly #sizeSlot: number;
  readonly #data: PayloadRenderer | undefined;
  readonly #dataSlot: number;
  /** Reads the fields that the steps take; undefined where all are shown. */
  readonly #part: PayloadProgram | undefined;

  constructor(mapping: EventMapping, schema: Schema, includeEventData: boolean) {
    this.shape = shapeOf(mapping, includeEventData);
    const { raise, bodyField } = mapping;
    this.raise = raise === undefined ? undefined : { ...raise, slot: this.shape.indexOf(raise.key) };
    this.account = accountSlots(this.shape);
    this.#steps = stepsOf(mapping, schema, this.shape);
    this.#body = new BodyTemplate(mapping.body, this.shape);
    this.#variants = mapping.variants?.map((variant) => compiled(variant, this.shape));
    this.#bodyText = mapping.bodyText;
    this.#bodyField = bodyField === undefined ? -1 : schema.fields.findIndex((f) => f.name === bodyField);
    this.#sizeSlot = this.shape.indexOf(Attr.bodyOriginalSize);
    this.#data = includeEventData ? new PayloadRenderer(schema) : undefined;
    this.#dataSlot = this.shape.indexOf(Attr.etwEventData);
    const wanted = new Set([this.#bodyField, ...this.#steps.flatMap((step) => [step.source, step.beside])]);
    this.#part = includeEventData ? undefined : new PayloadProgram(schema.fields, wanted);
  }

  fill(event: EtwEvent): Filled {
    const values = headerValues(event, this.shape.keys.length);
    const decoded = event.decode(this.#part);
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const value = step.convert(decoded[step.source], step.beside < 0 ? undefined : decoded[step.beside]);
      if (value !== undefined) values[step.slot] = value;
    }
    if (this.#data !== undefined) values[this.#dataSlot] = this.#data.render(decoded);
    const variant = this.#variants === undefined ? undefined : variantOf(this.#variants, values);
    const template = variant?.body ?? this.#body;
    const body = this.#bodyField < 0 ? new DeferredText(template, values) : this.#textBody(decoded, values);
    return { values, body, variant: variant?.variant };
  }

  #textBody(decoded: readonly FieldValue[], values: (Value | undefined)[]): string {
    const given = decoded[this.#bodyField];
    const text = this.#bodyText === undefined ? given : this.#bodyText(given);
    if (typeof text !== 'string' || text === '') return this.#body.render(values);
    const limited = limitText(text);
    values[this.#sizeSlot] = limited.originalSize;
    return limited.text;
  }
}

function compiled(variant: Variant, shape: Shape): CompiledVariant {
  const [first, second] = variant.keys;
  return {
    variant,
    first: shape.indexOf(first),
    second: shape.indexOf(second),
    body: new BodyTemplate(variant.body, shape),
  };
}

function variantOf(
  variants: readonly CompiledVariant[],
  values: readonly (Value | undefined)[],
): CompiledVariant | undefined {
  for (const compiledVariant of variants) {
    const first = values[compiledVariant.first];
    const second = values[compiledVariant.second];
    if (first !== undefined && second !== undefined && compiledVariant.variant.when(first, second))
      return compiledVariant;
  }
  return undefined;
}

function accountSlots(shape: Shape): AccountSlots | undefined {
  const id = shape.indexOf(Attr.userId);
  const name = shape.indexOf(Attr.userName);
  return id < 0 || name < 0 ? undefined : { id, name, domain: shape.indexOf(Attr.userDomain) };
}

/** The attributes of a mapping's records, in order. */
export function shapeOf(mapping: EventMapping, includeEventData: boolean): Shape {
  const keys = new Set<AttributeKey>(HEADER_KEYS);
  for (const field of mapping.fields) keys.add(field.to);
  for (const key of mapping.learned ?? []) keys.add(key);
  if (mapping.bodyField !== undefined) keys.add(Attr.bodyOriginalSize);
  if (includeEventData) keys.add(Attr.etwEventData);
  return new Shape([...keys]);
}

// Fields that this version of the event does not have make no step.
function stepsOf(mapping: EventMapping, schema: Schema, shape: Shape): Step[] {
  const indexOf = (name: string): number => schema.fields.findIndex((field) => field.name === name);
  const steps: Step[] = [];
  for (const field of mapping.fields) {
    const source = field.from.map(indexOf).find((index) => index >= 0);
    if (source === undefined) continue;
    steps.push({
      source,
      beside: field.beside === undefined ? -1 : indexOf(field.beside),
      slot: shape.indexOf(field.to),
      convert: field.convert,
    });
  }
  return steps;
}

const DATA_SHAPE = new Shape([...HEADER_KEYS, Attr.etwEventData]);

/** The plan of an event with a schema but no mapping: its payload as a nested map. */
export class DataPlan implements RecordPlan {
  readonly shape = DATA_SHAPE;
  readonly raise = undefined;
  readonly account = undefined;
  readonly #renderer: PayloadRenderer;
  readonly #title: TitleTemplate;
  readonly #empty: boolean;
  /** A trace message without a manifest is one text, which is the best body. */
  readonly #isText: boolean;

  constructor(title: string, schema: Schema) {
    this.#renderer = new PayloadRenderer(schema);
    this.#title = new TitleTemplate(title);
    this.#empty = schema.fields.length === 0;
    this.#isText = schema.source === 'string';
  }

  fill(event: EtwEvent): Filled {
    const values = headerValues(event, DATA_SHAPE.keys.length);
    let body: Filled['body'] = new DeferredText(this.#title, values);
    if (!this.#empty) {
      const decoded = event.decode();
      values[HEADER_KEYS.length] = this.#renderer.render(decoded);
      const first = decoded[0];
      if (this.#isText && typeof first === 'string' && first !== '') body = limitText(first).text;
    }
    return { values, body, variant: undefined };
  }
}

const PAYLOAD_SHAPE = new Shape([...HEADER_KEYS, Attr.etwEventPayload]);

/** The plan of an event that no schema knows: its payload as bytes. */
export class PayloadPlan implements RecordPlan {
  readonly shape = PAYLOAD_SHAPE;
  readonly raise = undefined;
  readonly account = undefined;
  readonly #title: TitleTemplate;

  constructor(title: string) {
    this.#title = new TitleTemplate(title);
  }

  fill(event: EtwEvent): Filled {
    const values = headerValues(event, PAYLOAD_SHAPE.keys.length);
    const payload = event.payload();
    if (payload.length > 0) values[HEADER_KEYS.length] = payload;
    return { values, body: new DeferredText(this.#title, values), variant: undefined };
  }
}

/** A title and the process, where that is known. */
class TitleTemplate implements TextTemplate {
  readonly #title: string;

  constructor(title: string) {
    this.#title = title;
  }

  render(values: readonly (Value | undefined)[]): string {
    const pid = values[PROCESS_PID_SLOT];
    return pid === undefined ? this.#title : `${this.#title} (pid ${pid as number})`;
  }
}
