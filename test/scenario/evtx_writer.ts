import { crc32 } from 'node:zlib';
import { ByteWriter } from './bytes.ts';

/** A value of an event, as binary XML writes it: its type's number and its bytes. */
export interface EvtxValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** An event to write; what is left out has a default. */
export interface EvtxEvent {
  readonly provider?: string;
  readonly guid?: string;
  readonly id: number;
  readonly channel?: string;
  readonly computer?: string;
  readonly recordId?: number;
  /** FILETIME. */
  readonly time?: bigint;
  readonly pid?: number;
  /** SID bytes of who wrote it. */
  readonly user?: Uint8Array;
  /** `<Data Name="…">`. */
  readonly data?: readonly (readonly [name: string, value: EvtxValue])[];
  /** Elements of UserData, as binary XML of its own in a value. */
  readonly userData?: readonly (readonly [name: string, value: EvtxValue])[];
}

/** Values by their types. */
export const evtx = {
  none: (): EvtxValue => ({ type: 0, bytes: new Uint8Array() }),
  text: (text: string): EvtxValue => ({ type: 0x01, bytes: new ByteWriter().utf16(text).take() }),
  u8: (value: number): EvtxValue => ({ type: 0x04, bytes: new ByteWriter().u8(value).take() }),
  u16: (value: number): EvtxValue => ({ type: 0x06, bytes: new ByteWriter().u16(value).take() }),
  u32: (value: number): EvtxValue => ({ type: 0x08, bytes: new ByteWriter().u32(value).take() }),
  hex64: (value: bigint): EvtxValue => ({ type: 0x15, bytes: new ByteWriter().u64(value).take() }),
  filetime: (value: bigint): EvtxValue => ({ type: 0x11, bytes: new ByteWriter().u64(value).take() }),
  bytes: (type: number, ...bytes: readonly number[]): EvtxValue => ({ type, bytes: Uint8Array.from(bytes) }),
} as const;

const CHUNK = 65_536;
const FIRST_RECORD = 512;

/** An .evtx file of one chunk. Source of the format: libevtx. */
export function writeEvtx(events: readonly EvtxEvent[]): Uint8Array {
  const chunk = new ChunkWriter();
  for (const [i, event] of events.entries()) chunk.add(event, i + 1);
  const head = new ByteWriter()
    .utf8('ElfFile\0')
    .u64(0)
    .u64(0)
    .u64(events.length + 1);
  head.u32(128).u16(1).u16(3).u16(4096).u16(1).fill(76).u32(0);
  head.u32(crc32(head.take().subarray(0, 120)));
  return new ByteWriter()
    .bytes(head.take())
    .fill(4096 - 128)
    .bytes(chunk.take())
    .take();
}

class ChunkWriter {
  readonly #out = new ByteWriter(CHUNK).fill(FIRST_RECORD);
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();
  #last = FIRST_RECORD;

  add(event: EvtxEvent, id: number): void {
    const out = this.#out;
    this.#last = out.length;
    out
      .u32(0x2a2a)
      .u32(0)
      .u64(event.recordId ?? id)
      .u64(event.time ?? 133_500_000_000_000_000n);
    out.u8(0x0f).u8(1).u8(1).u8(0);
    const { data = [], userData } = event;
    const values: (EvtxValue | (() => void))[] = valuesOf(event, id);
    if (userData !== undefined) values.push(this.#userData(userData));
    const names = [...data, ...(userData ?? [])].map(([name]) => name);
    this.#instance(`${event.id} ${event.channel ?? ''} ${names.join()}`, () => this.#event(event), values);
    out.u8(0);
    const size = out.length + 4 - this.#last;
    out.u32(size).setU32(this.#last + 4, size);
  }

  take(): Uint8Array {
    const free = this.#out.length;
    const bytes = new ByteWriter(CHUNK)
      .bytes(this.#out.take())
      .fill(CHUNK - free)
      .take();
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode('ElfChnk\0'));
    view.setUint32(40, 128, true);
    view.setUint32(44, this.#last, true);
    view.setUint32(48, free, true);
    view.setUint32(52, crc32(bytes.subarray(FIRST_RECORD, free)), true);
    view.setUint32(124, crc32(bytes.subarray(128, FIRST_RECORD), crc32(bytes.subarray(0, 120))), true);
    return bytes;
  }

  // The definition stands where it is used first.
  #instance(key: string, body: () => void, values: readonly (EvtxValue | (() => void))[]): void {
    const out = this.#out;
    const known = this.#templates.get(key);
    const at = known ?? out.length + 10;
    out.u8(0x0c).u8(1).u32(at).u32(at);
    if (known === undefined) {
      this.#templates.set(key, at);
      out.u32(0).fill(16).u32(0).u8(0x0f).u8(1).u8(1).u8(0);
      body();
      out.u8(0);
      out.setU32(at + 20, out.length - at - 24);
    }
    this.#values(values);
  }

  #values(values: readonly (EvtxValue | (() => void))[]): void {
    const out = this.#out;
    out.u32(values.length);
    const heads = out.length;
    for (const value of values) {
      if (typeof value === 'function') out.u16(0).u8(0x21).u8(0);
      else out.u16(value.bytes.length).u8(value.type).u8(0);
    }
    for (const [i, value] of values.entries()) {
      const from = out.length;
      if (typeof value === 'function') value();
      else out.bytes(value.bytes);
      out.setU16(heads + 4 * i, out.length - from);
    }
  }

  #event(event: EvtxEvent): void {
    this.#element('Event', [['xmlns', 'http://schemas.microsoft.com/win/2004/08/events/event']], () => {
      this.#element('System', [], () => {
        this.#element('Provider', [
          ['Name', 0],
          ['Guid', 1],
        ]);
        this.#element('EventID', [['Qualifiers', 2]], () => this.#place(3));
        this.#element('Version', [], () => this.#place(4));
        this.#element('Level', [], () => this.#place(5));
        this.#element('Keywords', [], () => this.#place(6));
        this.#element('TimeCreated', [['SystemTime', 7]]);
        this.#element('EventRecordID', [], () => this.#place(8));
        this.#element('Correlation', []);
        this.#element('Execution', [
          ['ProcessID', 9],
          ['ThreadID', 10],
        ]);
        this.#element('Channel', [], () => this.#text(event.channel ?? 'Application'));
        this.#element('Computer', [], () => this.#place(11));
        this.#element('Security', [['UserID', 12]]);
      });
      const { data, userData } = event;
      if (data !== undefined)
        this.#element('EventData', [], () => {
          for (const [i, [name]] of data.entries())
            this.#element('Data', [['Name', name]], () => this.#place(13 + i));
        });
      if (userData !== undefined) this.#element('UserData', [], () => this.#place(13));
    });
  }

  // A value that is binary XML: a template instance of its own.
  #userData(fields: NonNullable<EvtxEvent['userData']>): () => void {
    return () => {
      this.#out.u8(0x0f).u8(1).u8(1).u8(0);
      this.#instance(
        `user ${fields.map(([name]) => name).join()}`,
        () => {
          this.#element('EventXML', [], () => {
            for (const [i, [name]] of fields.entries()) this.#element(name, [], () => this.#place(i));
          });
        },
        fields.map(([, value]) => value),
      );
    };
  }

  #element(
    name: string,
    attributes: readonly (readonly [name: string, value: string | number])[],
    children?: () => void,
  ): void {
    const out = this.#out;
    out
      .u8(attributes.length === 0 ? 0x01 : 0x41)
      .u16(0xffff)
      .u32(0);
    this.#name(name);
    if (attributes.length > 0) {
      out.u32(0);
      for (const [i, [key, value]] of attributes.entries()) {
        out.u8(i + 1 < attributes.length ? 0x46 : 0x06);
        this.#name(key);
        if (typeof value === 'number') this.#place(value);
        else this.#text(value);
      }
    }
    if (children === undefined) {
      out.u8(0x03);
      return;
    }
    out.u8(0x02);
    children();
    out.u8(0x04);
  }

  #name(name: string): void {
    const out = this.#out;
    const known = this.#names.get(name);
    if (known !== undefined) {
      out.u32(known);
      return;
    }
    const at = out.length + 4;
    this.#names.set(name, at);
    out.u32(at).u32(0).u16(0).u16(name.length).utf16(name).u16(0);
  }

  #text(text: string): void {
    this.#out.u8(0x05).u8(0x01).u16(text.length).utf16(text);
  }

  #place(index: number): void {
    this.#out.u8(0x0e).u16(index).u8(0x01);
  }
}

function valuesOf(event: EvtxEvent, id: number): EvtxValue[] {
  const { data = [], user } = event;
  return [
    evtx.text(event.provider ?? 'Contoso-Shop'),
    event.guid === undefined ? evtx.none() : { type: 0x0f, bytes: guidBytes(event.guid) },
    evtx.none(),
    evtx.u16(event.id),
    evtx.u8(1),
    evtx.u8(4),
    evtx.hex64(0x8000000000000010n),
    evtx.filetime(event.time ?? 133_500_000_000_000_000n),
    { type: 0x0a, bytes: new ByteWriter().u64(event.recordId ?? id).take() },
    evtx.u32(event.pid ?? 4321),
    evtx.u32(77),
    evtx.text(event.computer ?? 'web-1'),
    user === undefined ? evtx.none() : { type: 0x13, bytes: user },
    ...data.map(([, value]) => value),
  ];
}

function guidBytes(guid: string): Uint8Array {
  const hex = guid.replaceAll('-', '');
  const byte = (i: number): number => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(byte));
}
