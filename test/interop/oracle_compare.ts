import type { Value } from '../../src/model/value.ts';
import type { OracleEvent } from './oracle_file.ts';
import { type FixUp, FROM_OTHERS, textOf } from './oracle_fixup.ts';
import { FIX_UPS } from './oracle_fixups.ts';
import type { DecodedEvent, DecodedTrace } from './oracle_trace.ts';

/** How the fields of one event compare. */
export interface Comparison {
  readonly agreed: number;
  readonly compared: number;
  /** Fields that are not in the event, or in no description of it. */
  readonly notComparable: number;
  readonly differences: readonly string[];
}

/** Compares field by field, process and thread among them; adds the fix-ups it took to `used`. */
export function compare(
  oracle: OracleEvent,
  decoded: DecodedEvent,
  trace: DecodedTrace,
  used: Set<FixUp>,
): Comparison {
  let compared = 0;
  let notComparable = 0;
  const differences: string[] = [];
  const ours = new Map(Object.entries(decoded.data).map(([name, value]) => [name.toLowerCase(), value]));
  const one = (
    name: string,
    text: string,
    values: readonly (Value | typeof FROM_OTHERS | undefined)[],
  ): void => {
    if (values.includes(FROM_OTHERS)) {
      notComparable++;
      return;
    }
    compared++;
    const known = values.filter((value) => value !== undefined && value !== FROM_OTHERS);
    if (known.some((value) => agrees(text, value))) return;
    const shown = known.length === 0 ? 'there' : known.map(textOf).join(' or ');
    differences.push(`${oracle.name} at ${oracle.microseconds} µs: ${name} is ${text}, not ${shown}`);
  };
  for (const [name, text] of oracle.fields) {
    const fixUp = FIX_UPS.find(({ event, fields }) => fields.includes(name) && event.test(oracle.name));
    if (fixUp !== undefined) {
      used.add(fixUp);
      one(name, text, [fixUp.shown(decoded, trace)]);
    } else {
      const lower = name.toLowerCase();
      // The names of several bits stand with `|` or with commas.
      const bits = ours.get(`${lower}_name`);
      const names = typeof bits === 'string' ? [bits, bits.replaceAll('|', ', ')] : [];
      one(name, text, [ours.get(lower), ...names]);
    }
  }
  const writer = writerOf(oracle.name, decoded);
  for (const name of ['pid', 'tid'] as const) {
    one(name, String(oracle[name]), [writer[name]]);
  }
  return { agreed: compared - differences.length, compared, notComparable, differences };
}

/** Whether TraceEvent's text shows the value. */
export function agrees(text: string, value: Value): boolean {
  if (text.endsWith('...')) return shownAs(value).startsWith(text.slice(0, -3));
  const shown = shownAs(value);
  if (shown.toLowerCase() === text.toLowerCase()) return true;
  // A set of flags; none of them is `None`.
  if (text === 'None' && shown === '0') return true;
  const expected = integer(text.replaceAll(',', ''));
  const actual = integer(shown);
  if (expected === undefined || actual === undefined) return false;
  // TraceEvent reads many unsigned fields as signed ones of the same width.
  return (
    expected === actual ||
    (expected < 0n &&
      [32, 64].some((width) => BigInt.asUintN(width, expected) === actual && actual < 1n << BigInt(width)))
  );
}

function integer(text: string): bigint | undefined {
  return /^(-?\d+|0x[0-9a-fA-F]+)$/.test(text) ? BigInt(text) : undefined;
}

/** A value as TraceEvent writes it, as far as only its form differs: times as `yy/MM/dd HH:mm:ss.ffffff`. */
function shownAs(value: Value): string {
  const text = textOf(value);
  const time = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d\.\d+)Z?$/.exec(text);
  return time === null ? text : `${time[1]}/${time[2]}/${time[3]} ${time[4]}`;
}

interface Writer {
  readonly pid: Value | typeof FROM_OTHERS | undefined;
  readonly tid: Value | typeof FROM_OTHERS | undefined;
}

/** The kernel's events whose process and thread TraceEvent does not take from the header; the first fits. */
const WRITERS: readonly { event: RegExp; reason: string; of(decoded: DecodedEvent): Writer }[] = [
  {
    event: /^Windows Kernel\/(Process\/|Image\/(DC|Unload))/,
    reason: 'the process that the event is about; whoever wrote it says nothing of that',
    of: ({ data }) => ({ pid: data['ProcessId'], tid: -1 }),
  },
  {
    event: /^Windows Kernel\/Thread\//,
    reason: 'the thread that the event is about',
    of: ({ data }) => ({ pid: data['ProcessId'], tid: data['TThreadId'] }),
  },
  {
    event: /^Windows Kernel\/(Tcp|Udp)Ip\//,
    reason: "written wherever the packet is handled; the payload has the socket's process",
    of: ({ data }) => ({ pid: data['PID'], tid: -1 }),
  },
  {
    event: /^Windows Kernel\/DiskIO\/(Read|Write)$/,
    reason: 'the thread that asked; its process is known from thread events',
    of: ({ data }) => ({ pid: FROM_OTHERS, tid: data['IssuingThreadId'] }),
  },
  {
    event: /^Windows Kernel\/DiskIO\/FlushBuffers$/,
    reason: 'TraceEvent takes the response time for the thread',
    of: ({ pid, data }) => ({ pid, tid: data['HighResResponseTime'] }),
  },
  {
    event: /^Windows Kernel\/PerfInfo\/Sample$/,
    reason: 'the thread that ran; its process is known from thread events',
    of: ({ data }) => ({ pid: FROM_OTHERS, tid: data['ThreadId'] }),
  },
  {
    event: /^Windows Kernel\/Memory\/HardFault$/,
    reason: 'the thread that waited; its process is known from thread events',
    of: ({ data }) => ({ pid: FROM_OTHERS, tid: data['TThreadId'] }),
  },
  {
    event: /^Windows Kernel\/SystemConfig\/Services$/,
    reason: 'the process of the service',
    of: ({ tid, data }) => ({ pid: data['ProcessId'], tid }),
  },
];

function writerOf(name: string, decoded: DecodedEvent): Writer {
  return WRITERS.find(({ event }) => event.test(name))?.of(decoded) ?? decoded;
}
