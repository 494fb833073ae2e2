import { Buffer } from 'node:buffer';
import {
  type AnyValue,
  type Attributes,
  type HrTime,
  type Link,
  SeverityNumber,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import * as fc from 'fast-check';
import { AttributeBlock, AttributeKey, type AttributeSet, Shape } from '../../src/model/attribute_set.ts';
import { LogRecord } from '../../src/model/log_record.ts';
import type { Span } from '../../src/model/span.ts';
import type { Value } from '../../src/model/value.ts';

// Generators of records and spans with everything that an encoder can get wrong: lone surrogates, strings
// around the lengths where a varint grows, int64s beyond 2^53, non-finite doubles, hostile keys, deep nesting.

const utf16 = fc.string({
  unit: fc
    .oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
      { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }) },
    )
    .map((unit) => String.fromCharCode(unit)),
  maxLength: 60,
});
const boundary = fc
  .tuple(
    fc.constantFrom(47, 48, 49, 118, 126, 127, 128, 129, 16_380, 16_384),
    fc.constantFrom('a', 'é', '語', '😀'),
  )
  .map(([length, filler]) => 'x'.repeat(length - 1) + filler);
const text = fc.oneof({ weight: 12, arbitrary: utf16 }, { weight: 1, arbitrary: boundary }, fc.constant(''));
const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    127,
    128,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 56,
    2 ** 62,
    2 ** 63,
    -(2 ** 63),
    -1,
    -(2 ** 32),
  ),
);
const scalar = fc.oneof(text, integer, fc.double(), fc.boolean());
const key = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z]{1,8}(\.[a-z_]{1,8}){0,3}$/) },
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '7', 'größe'),
);

/** Any value that a record may hold, nested up to five deep. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    scalar,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.oneof(fc.nat({ max: 2_000_000_000 }), fc.integer({ min: 0, max: 2 ** 34 })),
  fc.nat({ max: 999_999_999 }),
);
const severity = fc.constantFrom(SeverityNumber.UNSPECIFIED, SeverityNumber.INFO, SeverityNumber.FATAL4);
const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const context: fc.Arbitrary<SpanContext> = fc.record(
  { traceId: hexOf(16), spanId: hexOf(8), traceFlags: fc.constantFrom(0, 1, 3), isRemote: fc.boolean() },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);
const resource = fc
  .tuple(
    fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), scalar, { maxKeys: 3 }),
    fc.constantFrom('', 'https://s/1'),
  )
  .map(([attributes, schemaUrl]) => resourceFromAttributes(attributes, { schemaUrl }));
const scope = fc.record(
  {
    name: text,
    version: text,
    schemaUrl: fc.constantFrom('', 'https://s/2'),
    attributes: fc.dictionary(key, scalar, { maxKeys: 2 }),
    droppedAttributesCount: fc.nat({ max: 200 }),
  },
  { requiredKeys: ['name'] },
);

/** Names of typed attributes come from our registry: no integers, which objects would reorder, no `__proto__`. */
const attributeName = fc.stringMatching(/^[a-zü]{1,8}(\.[a-z_]{1,8}){0,3}$/);

/** Sets of disjoint keys, cut from one list: the first few are blocks, the last one is the record's own. */
const sets = fc
  .uniqueArray(fc.tuple(attributeName, fc.option(value, { nil: undefined })), {
    selector: ([name]) => name,
    maxLength: 8,
  })
  .chain((pairs) => fc.tuple(fc.constant(pairs), fc.array(fc.nat({ max: pairs.length }), { maxLength: 3 })))
  .map(([pairs, cuts]) => {
    const bounds = [0, ...cuts.toSorted((a, b) => a - b), pairs.length];
    const cut = bounds.slice(1).map((end, i) => pairs.slice(bounds[i], end));
    return cut.map(
      (some): AttributeSet => ({
        shape: new Shape(some.map(([name]) => new AttributeKey(name, 'map'))),
        values: some.map(([, held]) => held),
      }),
    );
  });

/** Our own records over few shared resources and scopes. */
export const ownRecords: fc.Arbitrary<LogRecord[]> = batches((resources, scopes) =>
  fc
    .record({
      hrTime: time,
      hrTimeObserved: time,
      eventName: text,
      severityNumber: severity,
      severityText: fc.constantFrom('', 'INFO', 'größer'),
      body: value,
      sets,
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes),
      spanContext: fc.option(context, { nil: undefined }),
    })
    .map(({ sets, ...rest }) => {
      const blocks = sets.slice(0, -1).map((set) => new AttributeBlock(set.shape, set.values));
      return LogRecord.of({ ...rest, own: sets.at(-1) as AttributeSet, blocks });
    }),
);

/** Records as a foreign SDK makes them: plain objects with parts missing. */
export const foreignRecords: fc.Arbitrary<ReadableLogRecord[]> = batches((resources, scopes) =>
  fc.record(
    {
      hrTime: time,
      hrTimeObserved: time,
      eventName: text,
      severityNumber: severity,
      severityText: text,
      body: fc.oneof(value as fc.Arbitrary<AnyValue>, fc.constant(null)),
      attributes: fc.dictionary(key, fc.oneof(value, fc.constant(null))) as fc.Arbitrary<Attributes>,
      droppedAttributesCount: fc.nat(),
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes),
      spanContext: context,
    },
    {
      requiredKeys: [
        'hrTime',
        'hrTimeObserved',
        'attributes',
        'droppedAttributesCount',
        'resource',
        'instrumentationScope',
      ],
    },
  ),
);

const event = fc.record(
  {
    time,
    name: text,
    attributes: fc.dictionary(key, scalar, { maxKeys: 3 }) as fc.Arbitrary<Attributes>,
    droppedAttributesCount: fc.nat({ max: 300 }),
  },
  { requiredKeys: ['time', 'name'] },
);
const traceState = (state: string) => ({
  serialize: () => state,
  get: () => undefined,
  set: noState,
  unset: noState,
});
function noState(): never {
  throw new Error('encoders only serialize');
}
const stateful = fc
  .tuple(context, fc.option(fc.constantFrom('', 'a=b,c=d'), { nil: undefined }))
  .map(([base, state]) => (state === undefined ? base : withState(base, state)));
function withState(base: SpanContext, state: string): SpanContext {
  return { ...base, traceState: traceState(state) };
}
const link: fc.Arbitrary<Link> = fc.record(
  {
    context: stateful,
    attributes: fc.dictionary(key, scalar, { maxKeys: 2 }) as fc.Arbitrary<Attributes>,
    droppedAttributesCount: fc.nat({ max: 300 }),
  },
  { requiredKeys: ['context'] },
);

/** Finished spans over few shared resources and scopes. */
export const spans: fc.Arbitrary<Span[]> = batches((resources, scopes) =>
  fc
    .record({
      name: text,
      kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CONSUMER),
      own: stateful,
      parent: fc.option(context, { nil: undefined }),
      startTime: time,
      endTime: time,
      status: fc.record(
        {
          code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
          message: text,
        },
        { requiredKeys: ['code'] },
      ),
      attributes: fc.dictionary(key, value, { maxKeys: 4 }) as fc.Arbitrary<Attributes>,
      links: fc.array(link, { maxLength: 2 }),
      events: fc.array(event, { maxLength: 2 }),
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes),
      dropped: fc.tuple(fc.nat({ max: 300 }), fc.nat(), fc.nat({ max: 3 })),
    })
    .map(toSpan),
);

function toSpan({
  own,
  parent,
  dropped,
  ...rest
}: Pick<
  Span,
  | 'name'
  | 'kind'
  | 'startTime'
  | 'endTime'
  | 'status'
  | 'attributes'
  | 'links'
  | 'events'
  | 'resource'
  | 'instrumentationScope'
> & {
  readonly own: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly dropped: readonly [number, number, number];
}): Span {
  return {
    ...rest,
    spanContext: () => own,
    ...(parent && { parentSpanContext: parent }),
    duration: [0, 0],
    ended: true,
    droppedAttributesCount: dropped[0],
    droppedEventsCount: dropped[1],
    droppedLinksCount: dropped[2],
  };
}

type ResourceOf = typeof resource extends fc.Arbitrary<infer R> ? R : never;
type ScopeOf = typeof scope extends fc.Arbitrary<infer S> ? S : never;

function batches<T>(
  item: (
    resources: readonly [ResourceOf, ...ResourceOf[]],
    scopes: readonly [ScopeOf, ...ScopeOf[]],
  ) => fc.Arbitrary<T>,
): fc.Arbitrary<T[]> {
  return fc
    .tuple(resource, resource, scope, scope)
    .chain(([r1, r2, s1, s2]) => fc.array(item([r1, r2], [s1, s2]), { maxLength: 6 }));
}
