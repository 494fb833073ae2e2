import { Buffer } from 'node:buffer';
import { fileTimeText, timeText } from '../../src/etw/time_text.ts';
import type { DataField, EventLogEvent } from '../../src/event_log/event.ts';

/** An event as Windows renders it (EvtRenderEventXml), data as EventData. */
export function eventXml(event: EventLogEvent): string {
  const { provider, providerId, keywords, activityId, relatedActivityId, user } = event;
  const correlation =
    attribute('ActivityID', braced(activityId)) + attribute('RelatedActivityID', braced(relatedActivityId));
  const execution = event.pid < 0 ? '' : ` ProcessID='${event.pid}' ThreadID='${event.tid}'`;
  return [
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>",
    `<Provider${attribute('Name', provider)}${attribute('Guid', braced(providerId ?? undefined))}/>`,
    `<EventID>${event.eventId}</EventID><Version>${event.version}</Version><Level>${event.level}</Level>`,
    `<Task>${event.task}</Task><Opcode>${event.opcode}</Opcode><Keywords>0x${keywords.toString(16)}</Keywords>`,
    `<TimeCreated SystemTime='${timeText(event.seconds, event.nanoseconds)}'/>`,
    `<EventRecordID>${event.recordId}</EventRecordID><Correlation${correlation}/><Execution${execution}/>`,
    `<Channel>${escaped(event.channel)}</Channel><Computer>${escaped(event.computer)}</Computer>`,
    `<Security${attribute('UserID', user)}/></System>`,
    `<EventData>${event.data.map(dataXml).join('')}</EventData></Event>`,
  ].join('');
}

function dataXml(field: DataField): string {
  if (field.name === 'Binary') return `<Binary>${textOf(field)}</Binary>`;
  if (field.name !== 'Data') return `<Data Name='${escaped(field.name)}'>${textOf(field)}</Data>`;
  const texts = Array.isArray(field.value) ? field.value : [field.value];
  return texts.map((text) => `<Data>${escaped(String(text))}</Data>`).join('');
}

function textOf({ inType, value }: DataField): string {
  if (value === undefined) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase();
  if (inType === 'FILETIME') return fileTimeText(value) ?? '';
  if (typeof value === 'object') throw new Error('XML of lists and structs is not written here');
  if (inType === 'GUID') return braced(`${value}`) ?? '';
  if (inType === 'SYSTEMTIME') return `${value}Z`;
  if (inType === 'HexInt32' || inType === 'HexInt64') return `0x${BigInt(value).toString(16)}`;
  return escaped(`${value}`);
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}='${escaped(value)}'`;
}

function braced(guid: string | undefined): string | undefined {
  return guid === undefined ? undefined : `{${guid.toUpperCase()}}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;');
}
