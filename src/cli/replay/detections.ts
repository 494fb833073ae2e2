import { timeText } from '../../etw/time_text.ts';
import { Attr, ResourceAttr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { counted } from '../counted.ts';

/** The event name of what rules find (src/sigma/detection_record.ts). */
const DETECTION = 'sigel.detection';
/** Detections that the table shows; all are counted. */
const MAX_SHOWN = 500;

interface Row {
  readonly time: string;
  readonly level: string;
  readonly rule: string;
  readonly pod: string;
  readonly process: string;
  readonly commandLine: string;
}

const HEAD: Row = {
  time: 'time',
  level: 'level',
  rule: 'rule',
  pod: 'pod',
  process: 'process',
  commandLine: 'command line',
};
/** The widest a column becomes; the command line has what is left. */
const WIDEST = { time: 12, level: 13, rule: 48, pod: 32, process: 24 } as const;

/** What rules found in a replay, for the table under the story. */
export class Detections {
  readonly #rows: Row[] = [];
  readonly #tactics = new Map<string, number>();
  #count = 0;

  /** Whether a record is a detection. */
  static is(record: LogRecord): boolean {
    return record.eventName === DETECTION;
  }

  note(record: LogRecord): void {
    this.#count++;
    for (const tactic of record.get(Attr.threatTacticNames) ?? []) {
      this.#tactics.set(tactic, (this.#tactics.get(tactic) ?? 0) + 1);
    }
    if (this.#rows.length < MAX_SHOWN) this.#rows.push(rowOf(record));
  }

  /** The table and the tactics of ATT&CK, fitted to `columns`; nothing where nothing was found. */
  lines(columns: number): string[] {
    if (this.#count === 0) return [];
    const more = this.#count - this.#rows.length;
    const tactics = [...this.#tactics]
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} (${count})`);
    return [
      '',
      `${counted(this.#count, 'detection')}:`,
      ...table([HEAD, ...this.#rows], columns),
      ...(more > 0 ? [`… and ${more} more`] : []),
      ...(tactics.length > 0 ? ['', `ATT&CK tactics: ${tactics.join(', ')}`] : []),
    ];
  }
}

function rowOf(record: LogRecord): Row {
  const [seconds, nanoseconds] = record.hrTime;
  const pod = record.resource.attributes[ResourceAttr.k8sPodName.name];
  const pid = record.get(Attr.processPid) ?? record.get(Attr.etwProcessId);
  const name = record.get(Attr.processExecutableName) ?? '';
  return {
    time: (timeText(seconds, nanoseconds) ?? '').slice(11, 23),
    level: record.severityText,
    rule: printable(String(record.body)),
    pod: typeof pod === 'string' ? printable(pod) : '',
    process: printable(pid === undefined ? name : `${name} (${pid})`),
    commandLine: printable(record.get(Attr.processCommandLine) ?? ''),
  };
}

function table(rows: readonly Row[], columns: number): string[] {
  const keys = ['time', 'level', 'rule', 'pod', 'process'] as const;
  const widths = keys.map((key) => Math.min(WIDEST[key], Math.max(...rows.map((row) => row[key].length))));
  return rows.map((row) => {
    const head = keys.map((key, i) => fit(row[key], widths[i] ?? 0)).filter((cell) => cell !== '');
    const line = `${head.join('  ')}  ${row.commandLine}`;
    return line.length > columns ? `${line.slice(0, columns - 1)}…` : line.trimEnd();
  });
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

/** What was recorded may hold control characters that would drive the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
