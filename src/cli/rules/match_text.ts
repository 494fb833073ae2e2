import type { LogRecord } from '../../model/log_record.ts';
import type { Detection } from '../../sigma/detector.ts';
import { keyOf } from '../../sigma/rule/documents.ts';
import { levelOf } from '../../sigma/selection.ts';

/** What names the records of a recording: see {@link RecordedEvent.number}. */
export type RecordNumbers = WeakMap<LogRecord, number>;

/** A match as a JSON line. */
export function matchJson(
  { rule, record, correlation }: Detection,
  file: string,
  numbers: RecordNumbers,
): string {
  const match = { rule_id: keyOf(rule), title: rule.metadata.title, level: levelOf(rule.metadata), file };
  const where =
    correlation === undefined ? { record: numbers.get(record) } : { records: correlation.refs.map(Number) };
  return `${JSON.stringify({ ...match, ...where })}\n`;
}

/** A match in a line for a person. */
export function matchLine(detection: Detection, file: string, numbers: RecordNumbers): string {
  // Titles come with rules from elsewhere: no text may drive the terminal.
  const { metadata } = detection.rule;
  const title = metadata.title.replace(/\p{Cc}/gu, '\u{fffd}');
  return `${file}:${matchPlace(detection, numbers)}  ${levelOf(metadata).padEnd(13)}  ${title}\n`;
}

/** The numbers of the records that fired. */
export function matchPlace({ record, correlation }: Detection, numbers: RecordNumbers): string {
  return correlation === undefined ? String(numbers.get(record)) : correlation.refs.join(',');
}
