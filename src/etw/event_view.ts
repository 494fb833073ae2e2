import { Buffer } from 'node:buffer';
import type { Clock } from './clock.ts';
import type { CompiledSchema, Decoder } from './decoder.ts';
import type { EtwEvent, EventKind } from './event.ts';
import { type ExtendedItems, readExtendedItems } from './extended_items.ts';
import { guidAt } from './guid.ts';
import type { PayloadProgram } from './payload_program.ts';
import type { ProviderEntry } from './providers.ts';
import type { FieldValue, Schema } from './schema.ts';

/**
 * The one mutable {@link EtwEvent}: a window on an event inside a buffer. readEvent (event_header.ts) fills
 * it; the getters that cost more (provider, schema, time) work on demand. One object per processor stream.
 */
export class EventView implements EtwEvent {
  /** The buffer, inflated, under two views of the same bytes; replaced when the stream goes on to its next one. */
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(this.bytes.buffer, 0, 0);
  readonly decoder: Decoder;
  clock: Clock;

  // Where the event and its parts lie in `view`; 0 for a part that is absent.
  start = 0;
  headerType = 0;
  payloadStart = 0;
  payloadEnd = 0;
  activityAt = 0;
  relatedActivityAt = 0;
  tlSchemaAt = 0;
  tlSchemaSize = 0;
  traitsAt = 0;
  traitsSize = 0;
  /** The GUID to look up the schema by, where it is not the provider's own. */
  decodeGuidAt = 0;
  itemsAt = 0;
  itemsEnd = 0;
  hasItems = false;

  kind: EventKind = 'event';
  /** Kernel events: the group of the hook id; -1 for all others. */
  group = -1;
  /** The provider or class GUID as four little-endian int32 (GUIDs of kernel events come from the group). */
  guid0 = 0;
  guid1 = 0;
  guid2 = 0;
  guid3 = 0;
  id = 0;
  version = 0;
  channel = 0;
  level = 0;
  opcode = 0;
  task = 0;
  flags = 0;
  keywordsLow = 0;
  keywordsHigh = 0;
  pid = -1;
  tid = -1;
  cpu = 0;
  pointerSize = 8;
  /** Time since the clock's zero, in ticks of the session's clock. */
  ticks = 0;

  #provider: ProviderEntry | undefined;
  #compiled: CompiledSchema | undefined | null = null;
  #timeOf = Number.NaN;
  readonly #time = { seconds: 0, nanoseconds: 0 };

  constructor(decoder: Decoder, clock: Clock) {
    this.decoder = decoder;
    this.clock = clock;
  }

  /** Sets the buffer that the next events are read from. */
  setBuffer(bytes: Buffer): void {
    // A stream reads one buffer after the other into the same memory.
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Forgets what was looked up for the event before; readEvent calls it. */
  reset(): void {
    this.#provider = undefined;
    this.#compiled = null;
    this.activityAt = 0;
    this.relatedActivityAt = 0;
    this.tlSchemaAt = 0;
    this.traitsAt = 0;
    this.itemsAt = 0;
    this.decodeGuidAt = 0;
    this.hasItems = false;
  }

  get provider(): ProviderEntry {
    this.#provider ??= this.decoder.providers.of(this);
    return this.#provider;
  }

  get providerId(): string | null {
    return this.provider.guid;
  }

  get providerName(): string {
    return this.provider.name;
  }

  /** The schema with its program; looked up once per event. */
  get compiled(): CompiledSchema | undefined {
    if (this.#compiled === null) this.#compiled = this.decoder.compiled(this);
    return this.#compiled;
  }

  get schema(): Schema | undefined {
    return this.compiled?.schema;
  }

  get seconds(): number {
    return this.#unixTime().seconds;
  }

  get nanoseconds(): number {
    return this.#unixTime().nanoseconds;
  }

  #unixTime(): { seconds: number; nanoseconds: number } {
    if (this.ticks !== this.#timeOf) {
      this.#timeOf = this.ticks;
      this.clock.write(this.ticks, this.#time);
    }
    return this.#time;
  }

  activityId(): string | undefined {
    const at = this.activityAt;
    if (at === 0) return undefined;
    const { view } = this;
    // Most events carry a zero activity id, which says nothing.
    const some =
      view.getInt32(at, true) |
      view.getInt32(at + 4, true) |
      view.getInt32(at + 8, true) |
      view.getInt32(at + 12, true);
    return some === 0 ? undefined : guidAt(view, at);
  }

  relatedActivityId(): string | undefined {
    return this.relatedActivityAt === 0 ? undefined : guidAt(this.view, this.relatedActivityAt);
  }

  extendedItems(): ExtendedItems {
    return this.itemsAt === 0 ? NO_ITEMS : readExtendedItems(this.view, this.itemsAt, this.itemsEnd);
  }

  decode(part?: PayloadProgram): readonly FieldValue[] {
    return this.decoder.decode(this, part);
  }

  payload(): Uint8Array {
    const { view, payloadStart, payloadEnd } = this;
    return new Uint8Array(view.buffer, view.byteOffset + payloadStart, payloadEnd - payloadStart).slice();
  }
}

const NO_ITEMS: ExtendedItems = Object.freeze({});
