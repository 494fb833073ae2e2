import { Buffer } from 'node:buffer';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { cutMark, limitText, MAX_TEXT_BYTES } from '../record_body.ts';
import { Held } from './hold_queue.ts';
import type { Joined } from './pair_join.ts';
import { own, type RecordForm } from './record_form.ts';

/** PowerShell logs the parts one after another; more than this between the first and the last is loss. */
const WINDOW = 2_000_000;
/** Scripts whose parts are waited for at once; more leave as they are. */
const MAX_SCRIPTS = 1024;
/** PowerShell cuts at some 16,000 characters, so this is a script of 256 MB. */
const MAX_PARTS = 16_384;

/**
 * Joins the parts of a PowerShell script block (4104: part n of m, same id, same process) into one record in
 * the place of the first. When parts are missing at the end of the window, the record has those that came, a
 * mark where others should be, and their number.
 */
export class ScriptJoin {
  readonly #scripts = new Map<string, Script>();

  /** Takes a 4104 at its event time. */
  add(record: LogRecord, form: RecordForm, now: number): Joined {
    const id = own(record, Attr.scriptBlockId);
    const part = own(record, Attr.scriptBlockPart);
    const parts = own(record, Attr.scriptBlockParts);
    if (id === undefined || part === undefined || parts === undefined) return undefined;
    if (parts <= 1 || parts > MAX_PARTS || part < 1 || part > parts) return undefined;
    const key = `${own(record, Attr.processPid) ?? ''} ${id}`;
    const script = this.#scripts.get(key);
    if (script?.takes(record, part, parts, now) === true) {
      if (script.complete) {
        this.#scripts.delete(key);
        script.ready();
      }
      return 'merged';
    }
    // The same script logged again: the one before gets no more parts.
    script?.ready();
    if (script === undefined && this.#scripts.size >= MAX_SCRIPTS) return undefined;
    const begun = new Script(record, form, part, parts, now + WINDOW, () => {
      if (this.#scripts.get(key) === begun) this.#scripts.delete(key);
    });
    this.#scripts.set(key, begun);
    return begun;
  }
}

interface Part {
  readonly number: number;
  readonly text: string;
  /** The mapper cut it, so that nothing can follow. */
  readonly cut: boolean;
}

class Script extends Held {
  readonly #first: LogRecord;
  readonly #form: RecordForm;
  readonly #count: number;
  /** By number; only as many as can show in the body. */
  readonly #parts: Part[] = [];
  #kept = 0;
  readonly #numbers = new Set<number>();
  #size = 0;
  readonly #leaves: () => void;
  #severity: LogRecord['severityNumber'];

  constructor(
    first: LogRecord,
    form: RecordForm,
    part: number,
    count: number,
    deadline: number,
    leaves: () => void,
  ) {
    super(deadline);
    this.#first = first;
    this.#form = form;
    this.#count = count;
    this.#leaves = leaves;
    this.#severity = first.severityNumber;
    this.#keep(first, part);
  }

  get complete(): boolean {
    return this.#numbers.size === this.#count;
  }

  /** Whether the record is a part that was missing; it is kept then. */
  takes(record: LogRecord, part: number, count: number, now: number): boolean {
    if (count !== this.#count || now > this.deadline || this.#numbers.has(part)) return false;
    if (record.severityNumber > this.#severity) this.#severity = record.severityNumber;
    this.#keep(record, part);
    return true;
  }

  leave(): LogRecord {
    this.#leaves();
    const values = this.#form.values(this.#first);
    const set = (key: Parameters<RecordForm['slot']>[0], value: number | undefined): void => {
      const slot = this.#form.slot(key);
      if (slot >= 0) values[slot] = value;
    };
    const missing = this.#count - this.#numbers.size;
    const text = this.#text();
    const limited = limitText(text, this.#size);
    set(Attr.scriptBlockPart, undefined);
    set(Attr.scriptBlockMissing, missing === 0 ? undefined : missing);
    set(Attr.bodyOriginalSize, limited.originalSize);
    return this.#form.with(this.#first, values, limited.text).with({ severityNumber: this.#severity });
  }

  #keep(record: LogRecord, number: number): void {
    const body = typeof record.body === 'string' ? record.body : '';
    const whole = own(record, Attr.bodyOriginalSize);
    const text = whole === undefined ? body : body.slice(0, -cutMark(whole).length);
    this.#numbers.add(number);
    this.#size += whole ?? Buffer.byteLength(body);
    let at = this.#parts.length;
    while (at > 0 && (this.#parts[at - 1]?.number ?? 0) > number) at--;
    this.#parts.splice(at, 0, { number, text, cut: whole !== undefined });
    this.#kept += text.length;
    for (let last = this.#parts.at(-1); last !== undefined; last = this.#parts.at(-1)) {
      if (this.#kept - last.text.length < MAX_TEXT_BYTES) break;
      this.#parts.pop();
      this.#kept -= last.text.length;
    }
  }

  // The parts in order, with a mark where some are missing.
  #text(): string {
    let text = '';
    let next = 1;
    for (const part of this.#parts) {
      if (part.number > next) text += this.#gap(next, part.number - 1);
      text += part.text;
      next = part.number + 1;
      if (part.cut) return text;
    }
    // Parts that came but cannot show are cut off; those behind the last kept one may be missing.
    const last = Math.max(...this.#numbers);
    return last < this.#count && next > last ? text + this.#gap(last + 1, this.#count) : text;
  }

  #gap(from: number, to: number): string {
    const mark = `\n… [${from === to ? `part ${from}` : `parts ${from} to ${to}`} missing]\n`;
    this.#size += Buffer.byteLength(mark);
    return mark;
  }
}
