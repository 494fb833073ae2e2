import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { DataMap } from '../data_map.ts';
import { type Joined, PairJoin, type PairRule, type Side } from './pair_join.ts';
import { own, type RecordForm } from './record_form.ts';

/** What a lifecycle event tells of a process. */
export type Moment = 'start' | 'exit' | 'rundown';

/** Both providers log from the same function of the kernel, microseconds apart. */
const WINDOW = 100_000;
/** Two sessions list what runs when each of them begins. */
const RUNDOWN_WINDOW = 2_000_000;

/**
 * Kernel-Process (main: path, sequence number, token) and the kernel logger's Process class (other: command
 * line, user) tell of the same starts, exits and rundowns. The key is the pid; a pid that is used again within
 * the window is told apart by what lies between (an exit ends the start before it, and the other way round) and by
 * parent, session and image.
 */
export class ProcessJoin {
  readonly #pairs: Readonly<Record<Moment, PairJoin>> = {
    start: new PairJoin(rule(WINDOW, sameStart)),
    exit: new PairJoin(rule(WINDOW, sameImage)),
    rundown: new PairJoin(rule(RUNDOWN_WINDOW, sameStart)),
  };

  /** Takes a lifecycle event at its event time. */
  add(record: LogRecord, form: RecordForm, moment: Moment, side: Side, now: number): Joined {
    const pid = own(record, Attr.processPid);
    if (pid !== undefined) {
      for (const other of MOMENTS) if (other !== moment) this.#pairs[other].end(pid, now);
    }
    return this.#pairs[moment].add(record, form, side, now);
  }
}

const MOMENTS = ['start', 'exit', 'rundown'] as const satisfies Moment[];

function rule(window: number, fits: PairRule['fits']): PairRule {
  return { window, key: (record) => own(record, Attr.processPid), fits, unite };
}

function sameStart(main: LogRecord, other: LogRecord): boolean {
  return (
    equalWhereKnown(own(main, Attr.processParentPid), own(other, Attr.processParentPid)) &&
    equalWhereKnown(own(main, Attr.windowsSessionId), own(other, Attr.windowsSessionId)) &&
    sameImage(main, other)
  );
}

function equalWhereKnown(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

// EPROCESS.ImageFileName, which older kernels tell, is cut at 14 characters; in the kernel logger's it is in
// the system's code page, so that other than ASCII characters cannot be compared.
const CUT = 14;
const ASCII = /^[ -~]*$/;

function sameImage(main: LogRecord, other: LogRecord): boolean {
  const one = own(main, Attr.processExecutableName)?.toLowerCase();
  const two = own(other, Attr.processExecutableName)?.toLowerCase();
  if (one === undefined || two === undefined || one === two) return true;
  if (!ASCII.test(one) || !ASCII.test(two)) return true;
  const [short, long] = one.length < two.length ? [one, two] : [two, one];
  return short.length >= CUT && long.startsWith(short);
}

// Main's attributes, and other's where main has none; of two names the longer, since one may be cut.
function unite(main: LogRecord, other: LogRecord, form: RecordForm): LogRecord {
  const values = form.values(main);
  for (const [i, key] of form.shape.keys.entries()) values[i] ??= own(other, key);
  const name = form.slot(Attr.processExecutableName);
  const longer = own(other, Attr.processExecutableName);
  const one = values[name];
  if (name >= 0 && longer !== undefined && (typeof one !== 'string' || one.length < longer.length))
    values[name] = longer;
  const data = form.slot(Attr.etwEventData);
  if (data >= 0) values[data] = bothData(own(main, Attr.etwEventData), own(other, Attr.etwEventData));
  const united = form.with(main, values);
  return other.severityNumber > main.severityNumber
    ? united.with({ severityNumber: other.severityNumber })
    : united;
}

// The fields of two payloads: names of the one go before equal ones of the other.
function bothData(main: ValueMap | undefined, other: ValueMap | undefined): ValueMap | undefined {
  if (main === undefined || other === undefined) return main ?? other;
  const both = new DataMap() as Record<string, Value>;
  for (const map of [other, main]) for (const [name, value] of Object.entries(map)) both[name] = value;
  return both;
}
