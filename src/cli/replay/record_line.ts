import { SeverityNumber } from '@opentelemetry/api';
import { timeText } from '../../etw/time_text.ts';
import { Attr, ResourceAttr } from '../../model/attributes.ts';
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
const WIDTH_CONTAINER = 26;
const MIN_BODY = 40;

/** Whether a record is shown without `--all`. */
export function isStory(record: LogRecord): boolean {
  return STORY.has(record.eventName) || record.severityNumber >= SeverityNumber.WARN;
}

/** How lines are written: the names of processes, the width to fit to, and whether containers have a column. */
export interface LineOptions {
  readonly names: ProcessNames;
  readonly columns: number;
  readonly containers: boolean;
}

/** A record in one line: time, event, who (with the session, where it is not the system's), in which container, what. */
export function recordLine(record: LogRecord, { names, columns, containers }: LineOptions): string {
  const [seconds, nanoseconds] = record.hrTime;
  const time = (timeText(seconds, nanoseconds) ?? '').slice(11, 23).padEnd(12);
  const actor = record.get(Attr.etwProcessId) ?? record.get(Attr.processPid);
  const who = actor === undefined ? '' : names.of(actor);
  const where = containers ? `${fit(printable(containerOf(record)), WIDTH_CONTAINER)}  ` : '';
  const head = `${time}  ${fit(record.eventName, WIDTH_NAME)}  ${fit(who, WIDTH_PROCESS)}  ${where}`;
  const body = printable(String(record.body)).replace(VERB, '');
  return head + cutMiddle(body, Math.max(MIN_BODY, columns - head.length));
}

/** `pod/container`, or what else is known of it; `?` where it is or may be a container nobody told of. */
function containerOf(record: LogRecord): string {
  const { attributes } = record.resource;
  const pod = attributes[ResourceAttr.k8sPodName.name];
  const name = attributes[ResourceAttr.containerName.name];
  if (typeof name === 'string') return typeof pod === 'string' ? `${pod}/${name}` : name;
  return record.get(Attr.attributionMethod) === 'unresolved' ? '?' : '';
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
