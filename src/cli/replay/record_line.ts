import { timeText } from '../../etw/time_text.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { ProcessNames } from './process_names.ts';

// What tells a story: processes and what they do to the world, not each read, image or thread.
const STORY = new Set([
  'process.start',
  'process.exit',
  'file.create',
  'file.delete',
  'file.rename',
  'network.connect',
  'network.accept',
  'dns.query',
  'registry.key.create',
  'registry.key.delete',
  'registry.value.set',
  'registry.value.delete',
  'powershell.script_block',
  'powershell.command',
]);
const WIDTH_NAME = 24;
const WIDTH_PROCESS = 28;
const MIN_BODY = 40;

/** Whether a record is shown without `--all`. */
export function isStory(record: LogRecord): boolean {
  return STORY.has(record.eventName) || record.severityNumber >= 13;
}

/** A record in one line: time, event, who, what; cut at `columns`. */
export function recordLine(record: LogRecord, names: ProcessNames, columns: number): string {
  const [seconds, nanoseconds] = record.hrTime;
  const time = (timeText(seconds, nanoseconds) ?? '').slice(11, 23).padEnd(12);
  const actor = record.get(Attr.etwProcessId) ?? record.get(Attr.processPid);
  const who = actor === undefined ? '' : names.of(actor);
  const head = `${time}  ${fit(record.eventName, WIDTH_NAME)}  ${fit(who, WIDTH_PROCESS)}  `;
  return head + cut(what(record), Math.max(MIN_BODY, columns - head.length));
}

// The command line says more than the path, where the event has one.
function what(record: LogRecord): string {
  const body = String(record.body);
  const commandLine = record.get(Attr.processCommandLine);
  return printable(commandLine === undefined || commandLine === '' ? body : `${body}: ${commandLine}`);
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

// Names and command lines come from the trace: control characters must not reach the terminal.
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
