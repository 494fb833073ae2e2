import { readFileTime } from '../etw/time_text.ts';
import { type Element, joined, type TypedValue } from './element.ts';
import type { DataField, EventLogEvent } from './event.ts';

const NO_ACTIVITY = '00000000-0000-0000-0000-000000000000';
/** UserData of more levels than any provider's. */
const MAX_DEPTH = 16;

/** What the place of an event tells, for what its elements do not. */
export interface EventRecord {
  readonly id: bigint;
  /** FILETIME of its writing. */
  readonly written: bigint;
}

/** The event that a record's elements tell; a string says what it lacks. */
export function eventOf(elements: readonly Element[], record: EventRecord): EventLogEvent | string {
  const event = elements.find(({ name }) => name === 'Event');
  const system = event === undefined ? undefined : child(event, 'System');
  if (event === undefined || system === undefined) return 'a record without Event and System';
  const provider = child(system, 'Provider');
  const execution = child(system, 'Execution');
  const correlation = child(system, 'Correlation');
  const time = child(system, 'TimeCreated')?.attributes.get('SystemTime')?.value;
  return {
    provider:
      text(provider?.attributes.get('Name')) ?? text(provider?.attributes.get('EventSourceName')) ?? '',
    providerId: guid(provider?.attributes.get('Guid')) ?? null,
    eventId: number(valueOf(system, 'EventID')) ?? 0,
    version: number(valueOf(system, 'Version')) ?? 0,
    level: number(valueOf(system, 'Level')) ?? 0,
    task: number(valueOf(system, 'Task')) ?? 0,
    opcode: number(valueOf(system, 'Opcode')) ?? 0,
    keywords: keywordsOf(valueOf(system, 'Keywords')),
    ...timeOf(time, record.written),
    recordId: number(valueOf(system, 'EventRecordID')) ?? Number(record.id),
    activityId: activity(correlation?.attributes.get('ActivityID')),
    relatedActivityId: activity(correlation?.attributes.get('RelatedActivityID')),
    pid: number(execution?.attributes.get('ProcessID')) ?? -1,
    tid: number(execution?.attributes.get('ThreadID')) ?? -1,
    channel: text(valueOf(system, 'Channel')) ?? '',
    computer: text(valueOf(system, 'Computer')) ?? '',
    user: text(child(system, 'Security')?.attributes.get('UserID')),
    data: dataOf(event),
  };
}

function dataOf(event: Element): DataField[] {
  const fields: DataField[] = [];
  for (const part of event.children) {
    if (part.name === 'EventData') for (const data of part.children) fields.push(eventData(data));
    // Providers choose the elements of these; the outermost only says whose they are.
    else if (part.name !== 'System')
      for (const inner of part.children) addLeaves(inner, fields, part.name === 'UserData' ? 0 : 1);
  }
  return fields;
}

// <Data Name="…">, <Data> of classic events, <Binary>, <ComplexData Name="…">.
function eventData(data: Element): DataField {
  return { name: text(data.attributes.get('Name')) ?? data.name, ...contentOf(data) };
}

function addLeaves(element: Element, fields: DataField[], depth: number): void {
  if (element.children.length === 0 || depth > MAX_DEPTH) {
    if (depth > 0 || element.values.length > 0) fields.push({ name: element.name, ...contentOf(element) });
    return;
  }
  for (const inner of element.children) addLeaves(inner, fields, depth + 1);
}

function contentOf({ values }: Element): TypedValue {
  return joined(values) ?? { inType: values[0]?.inType ?? 'UnicodeString', value: undefined };
}

function child({ children }: Element, name: string): Element | undefined {
  return children.find((element) => element.name === name);
}

function valueOf(system: Element, name: string): TypedValue | undefined {
  const element = child(system, name);
  return element === undefined ? undefined : joined(element.values);
}

function text(value: TypedValue | undefined): string | undefined {
  return typeof value?.value === 'string' ? value.value : undefined;
}

function guid(value: TypedValue | undefined): string | undefined {
  return text(value)
    ?.replace(/^\{|\}$/g, '')
    .toLowerCase();
}

function activity(value: TypedValue | undefined): string | undefined {
  const id = guid(value);
  return id === NO_ACTIVITY ? undefined : id;
}

function number(value: TypedValue | undefined): number | undefined {
  const given = value?.value;
  if (typeof given === 'number') return given;
  const parsed = typeof given === 'bigint' || typeof given === 'string' ? Number(given) : Number.NaN;
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

// As XML has them.
const KEYWORDS = /^0x[0-9a-f]{1,16}$/i;

function keywordsOf(value: TypedValue | undefined): bigint {
  const given = value?.value;
  if (typeof given === 'bigint') return given;
  if (typeof given === 'number' && Number.isSafeInteger(given)) return BigInt(given);
  return typeof given === 'string' && KEYWORDS.test(given) ? BigInt(given) : 0n;
}

const EPOCH = 116_444_736_000_000_000n;

function timeOf(time: TypedValue['value'], written: bigint): { seconds: number; nanoseconds: number } {
  const given = typeof time === 'string' ? readFileTime(time) : time;
  const filetime = typeof given === 'number' || typeof given === 'bigint' ? BigInt(given) : written;
  const since = filetime - EPOCH;
  const seconds = since / 10_000_000n;
  const rest = since % 10_000_000n;
  // Before 1970 the rest is negative.
  return rest < 0n
    ? { seconds: Number(seconds) - 1, nanoseconds: Number(rest + 10_000_000n) * 100 }
    : { seconds: Number(seconds), nanoseconds: Number(rest) * 100 };
}
