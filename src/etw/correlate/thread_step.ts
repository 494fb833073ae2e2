import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { EventMapping } from '../events/mapping.ts';
import { GenerationMap } from './generation_map.ts';
import { numberAt, type RecordForm } from './record_form.ts';
import type { Step } from './step.ts';

const MAX_PROCESSES = 8192;

/** Which thread of a process is its first: the one that whoever made the process made. Bounded. */
export class FirstThreads {
  /** Thread id by process, of processes that were seen to start. */
  readonly #first = new GenerationMap<number, number | 'awaited'>(MAX_PROCESSES);

  /** A process starts. The other half of the same start changes nothing. */
  starts(pid: number): void {
    if (this.#first.get(pid) === undefined) this.#first.set(pid, 'awaited');
  }

  /** A process ended: what starts with its pid is another one. */
  ends(pid: number): void {
    this.#first.delete(pid);
  }

  /** Whether the thread that starts is its process's first; both providers that tell of it ask. */
  is(pid: number, thread: number): boolean {
    const first = this.#first.get(pid);
    if (first !== 'awaited') return first === thread;
    this.#first.set(pid, thread);
    return true;
  }
}

/**
 * Tells threads that another process made in a running one from those that come with every process: the
 * first thread is always made from outside, by whoever makes the process.
 */
export class ThreadStep implements Step {
  readonly #form: RecordForm;
  readonly #mapping: EventMapping;
  readonly #threads: FirstThreads;
  readonly #pid: number;
  readonly #thread: number;

  constructor(form: RecordForm, mapping: EventMapping, threads: FirstThreads) {
    this.#form = form;
    this.#mapping = mapping;
    this.#threads = threads;
    this.#pid = form.slot(Attr.processPid);
    this.#thread = form.slot(Attr.threadId);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const pid = numberAt(values, this.#pid);
    const thread = numberAt(values, this.#thread);
    if (pid === undefined || thread === undefined || !this.#threads.is(pid, thread)) return record;
    const { eventName, severity } = this.#mapping;
    if (record.eventName === eventName) return record;
    const plain = record.with({ eventName, severityNumber: severity });
    return this.#form.with(plain, this.#form.values(plain));
  }
}
