import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRACES } from './shared_data.ts';

/** An event as Microsoft's TraceEvent shows it. */
export interface OracleEvent {
  /** `Provider/Task/Opcode`, in TraceEvent's names. */
  readonly name: string;
  /** Since the session's start, rounded to the microsecond. */
  readonly microseconds: number;
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  readonly length: number;
  /** Field names and texts in order; texts of more than 20 characters are cut and end in `...`. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A file of oracles/: samples, and how often each event occurs. */
export interface Oracle {
  readonly events: readonly OracleEvent[];
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Reads `NAME.baseline.txt`. Lines are `EVENT milliseconds: name PID=…; TID=…; PName=…; ProceNum=…; DataLen=…;`
 * and the fields, each as `name=text; `; or `COUNT name:number`. Numbers have commas between the thousands.
 */
export function readOracle(name: string): Oracle {
  const events: OracleEvent[] = [];
  const counts = new Map<string, number>();
  const text = readFileSync(join(TRACES, 'oracles', `${name}.baseline.txt`), 'utf8').replace(/^\uFEFF/, '');
  for (const line of text.split(/\r?\n/)) {
    const [, event, number] = /^COUNT (.+):(\d+)$/.exec(line) ?? [];
    if (event !== undefined) counts.set(event, Number(number));
    else if (line.startsWith('EVENT ')) events.push(readEvent(line));
    else if (line !== '') throw new Error(`${name}: ${line}`);
  }
  return { events, counts };
}

function readEvent(line: string): OracleEvent {
  const head =
    /^EVENT ([\d,]+)\.(\d{3}): (.+?) PID=(-?\d+); TID=(-?\d+); PName=.*?; ProceNum=(\d+); DataLen=(\d+); /;
  const found = head.exec(line);
  if (found === null) throw new Error(line);
  const [all, milliseconds = '', thousandths, name = '', ...numbers] = found;
  const [pid = 0, tid = 0, cpu = 0, length = 0] = numbers.map(Number);
  return {
    name,
    microseconds: Number(milliseconds.replaceAll(',', '') + thousandths),
    pid,
    tid,
    cpu,
    length,
    fields: readFields(line.slice(all.length)),
  };
}

// A text may hold `; ` itself, so a field ends only where another begins or the line ends.
function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(.*?); (?=\w+=|$)/g)) fields.set(name, value);
  return fields;
}
