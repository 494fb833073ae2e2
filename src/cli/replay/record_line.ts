import { SeverityNumber } from '@opentelemetry/api';
import { timeText } from '../../etw/time_text.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { ProcessNames } from './process_names.ts';

// What tells a story: processes and what they do to the world, not each read, image or thread.
const STORY = new Set([
  'process.start',
  'process.exit',
  'driver.load',
  'container.silo.start',
  'container.silo.stop',
  'file.create',
  'file.delete',
  'file.rename',
  'network.connect',
  'dns.query',
  'registry.key.create',
  'registry.key.delete',
  'registry.value.set',
  'registry.value.delete',
  'powershell.script_block',
  'powershell.command',
  'sigel.detection',
]);
const WIDTH_NAME = 27;
const WIDTH_PROCESS = 30;
const MIN_BODY = 40;

/** Whether a record is shown without `--all`. */
export function isStory(record: LogRecord): boolean {
  return STORY.has(record.eventName) || record.severityNumber >= SeverityNumber.WARN;
}

/** A record in one line: time, event, who (with the session, where it is not the system's), what; fitted to `columns`. */
export function recordLine(record: LogRecord, names: ProcessNames, columns: number): string {
  const [seconds, nanoseconds] = record.hrTime;
  const time = (timeText(seconds, nanoseconds) ?? '').slice(11, 23).padEnd(12);
  const actor = record.get(Attr.etwProcessId) ?? record.get(Attr.processPid);
  const who = actor === undefined ? '' : names.of(actor);
  const head = `${time}  ${fit(record.eventName, WIDTH_NAME)}  ${fit(who, WIDTH_PROCESS)}  `;
  const body = printable(String(record.body)).replace(VERB, '');
  return head + cutMiddle(body, Math.max(MIN_BODY, columns - head.length));
}

// The event's name stands in the line already.
const VERB = /^(process|file|registry value|image|dns|tcp|udp) [a-z ]+: /;

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

// Paths and command lines say most at their ends.
function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.floor(width * 0.3);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - head - 1))}`;
}

// Names and command lines come from the trace: control characters must not reach the terminal.
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
