import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { ProcessViews } from './process_views.ts';
import { numberAt, type RecordForm, textAt } from './record_form.ts';
import type { Step } from './step.ts';
import type { FirstThreads } from './thread_step.ts';

/** Learns of a process that starts or is found running, and shows its image's path as it sees it. */
export class ProcessStep implements Step {
  readonly #form: RecordForm;
  readonly #views: ProcessViews;
  readonly #threads: FirstThreads;
  readonly #starts: boolean;
  readonly #path: number;
  readonly #ntPath: number;
  readonly #slots: { pid: number; session: number; creator: number; user: number };

  constructor(form: RecordForm, views: ProcessViews, threads: FirstThreads, starts: boolean) {
    this.#form = form;
    this.#views = views;
    this.#threads = threads;
    this.#starts = starts;
    this.#path = form.slot(Attr.processExecutablePath);
    this.#ntPath = form.slot(Attr.ntPath);
    this.#slots = {
      pid: form.slot(Attr.processPid),
      session: form.slot(Attr.windowsSessionId),
      // A start is logged by whoever makes the process, a rundown by whoever asked for it.
      creator: form.slot(starts ? Attr.etwProcessId : Attr.processParentPid),
      user: form.slot(Attr.userId),
    };
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const { pid: pidSlot, session, creator, user } = this.#slots;
    const pid = numberAt(values, pidSlot);
    const image = textAt(values, this.#path);
    if (pid === undefined) return record;
    if (this.#starts) this.#threads.starts(pid);
    this.#views.learnProcess({
      pid,
      session: numberAt(values, session),
      creator: numberAt(values, creator),
      image,
      user: textAt(values, user),
      starts: this.#starts,
    });
    return image === undefined
      ? record
      : shownPath(record, this.#form, this.#views.viewOf(pid).show(image), this.#path, this.#ntPath);
  }
}

/** Learns that a process exited. */
export class ExitStep implements Step {
  readonly #views: ProcessViews;
  readonly #threads: FirstThreads;
  readonly #pid: number;

  constructor(form: RecordForm, views: ProcessViews, threads: FirstThreads) {
    this.#views = views;
    this.#threads = threads;
    this.#pid = form.slot(Attr.processPid);
  }

  apply(record: LogRecord): LogRecord {
    const pid = numberAt(record.own.values, this.#pid);
    if (pid === undefined) return record;
    this.#views.endProcess(pid);
    this.#threads.ends(pid);
    return record;
  }
}

/** Learns of an image that a process loads, and shows its path as the process sees it. */
export class ModuleStep implements Step {
  readonly #form: RecordForm;
  readonly #views: ProcessViews;
  readonly #pid: number;
  readonly #path: number;
  readonly #ntPath: number;

  constructor(form: RecordForm, views: ProcessViews) {
    this.#form = form;
    this.#views = views;
    this.#pid = form.slot(Attr.processPid);
    this.#path = form.slot(Attr.dllPath);
    this.#ntPath = form.slot(Attr.ntPath);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const pid = numberAt(values, this.#pid);
    const path = textAt(values, this.#path);
    if (path === undefined) return record;
    if (pid !== undefined) this.#views.learnModule(pid, path);
    return shownPath(record, this.#form, this.#views.viewOf(pid).show(path), this.#path, this.#ntPath);
  }
}

function shownPath(
  record: LogRecord,
  form: RecordForm,
  shown: string,
  path: number,
  ntPath: number,
): LogRecord {
  const told = record.own.values[path];
  if (shown === told) return record;
  const values = form.values(record);
  values[path] = shown;
  if (ntPath >= 0) values[ntPath] = told;
  return form.with(record, values);
}
