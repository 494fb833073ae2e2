import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { GenerationMap } from './generation_map.ts';
import { numberAt, type RecordForm, textAt } from './record_form.ts';
import type { Step } from './step.ts';

/** Addresses of processes that are remembered. */
const MAX_ADDRESSES = 8192;
/** How long an answer is the reason of a connection, in seconds of event time. The events tell no time to live. */
const USED_WITHIN = 300;
const MAX_NAME = 255;

interface Answer {
  readonly name: string;
  readonly at: number;
}

/**
 * The names that processes asked DNS for, by process and address: a process that resolves a name cannot give a
 * connection of another process that name. Bounded.
 */
export class DnsNames {
  readonly #answers = new GenerationMap<string, Answer>(MAX_ADDRESSES);

  /** A process was told the addresses of a name; `at` in seconds. */
  learn(pid: number, name: string, answers: readonly string[], at: number): void {
    if (name.length > MAX_NAME) return;
    const answer = { name, at };
    for (const address of answers) this.#answers.set(key(pid, address), answer);
  }

  /** The name by which a process knows an address. */
  find(pid: number, address: string, at: number): string | undefined {
    const answer = this.#answers.get(key(pid, address));
    return answer !== undefined && at - answer.at <= USED_WITHIN ? answer.name : undefined;
  }
}

function key(pid: number, address: string): string {
  return `${pid}/${address}`;
}

/** Learns from the answers that processes get. */
export class DnsAnswerStep implements Step {
  readonly #names: DnsNames;
  readonly #pid: number;
  readonly #name: number;
  readonly #answers: number;

  constructor(form: RecordForm, names: DnsNames) {
    this.#names = names;
    this.#pid = form.slot(Attr.processPid);
    this.#name = form.slot(Attr.dnsQuestionName);
    this.#answers = form.slot(Attr.dnsAnswers);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const pid = numberAt(values, this.#pid);
    const name = textAt(values, this.#name);
    const answers = values[this.#answers];
    if (pid !== undefined && name !== undefined && Array.isArray(answers))
      this.#names.learn(pid, name, answers, record.hrTime[0]);
    return record;
  }
}

/** Gives a connection the name that its process knows the address by. */
export class DestinationStep implements Step {
  readonly #form: RecordForm;
  readonly #names: DnsNames;
  readonly #pid: number;
  readonly #address: number;
  readonly #domain: number;

  constructor(form: RecordForm, names: DnsNames) {
    this.#form = form;
    this.#names = names;
    this.#pid = form.slot(Attr.processPid);
    this.#address = form.slot(Attr.destinationAddress);
    this.#domain = form.slot(Attr.destinationDomain);
  }

  apply(record: LogRecord): LogRecord {
    const pid = numberAt(record.own.values, this.#pid);
    const address = textAt(record.own.values, this.#address);
    if (pid === undefined || address === undefined) return record;
    const name = this.#names.find(pid, address, record.hrTime[0]);
    if (name === undefined) return record;
    const values = this.#form.values(record);
    values[this.#domain] = name;
    return this.#form.with(record, values);
  }
}
