import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { PathView } from './path_view.ts';
import type { ProcessViews } from './process_views.ts';
import { numberAt, type RecordForm, textAt, type Values } from './record_form.ts';
import type { Step } from './step.ts';

/** Which paths of a record are shown, and to whom. */
export interface ShownPaths {
  /** Process ids: the first of a process that is known to run decides; if none is, the last. */
  readonly actors: readonly AttributeKey<number>[];
  /** The kernel's form of the first is kept where the record has a place for it. */
  readonly paths: readonly AttributeKey<string>[];
}

/** Shows paths that an event tells as they are, in the view of a process, and learns nothing from it. */
export class PathStep implements Step {
  readonly #form: RecordForm;
  readonly #views: ProcessViews;
  readonly #actors: readonly number[];
  readonly #paths: readonly number[];
  readonly #ntPath: number;

  constructor(form: RecordForm, views: ProcessViews, { actors, paths }: ShownPaths) {
    this.#form = form;
    this.#views = views;
    this.#actors = actors.map((key) => form.slot(key));
    this.#paths = paths.map((key) => form.slot(key));
    this.#ntPath = form.slot(Attr.ntPath);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const view = this.#viewOf(values);
    let changed: Values | undefined;
    for (const [i, slot] of this.#paths.entries()) {
      const told = textAt(values, slot);
      const shown = told === undefined ? undefined : view.show(told);
      if (shown === told) continue;
      changed ??= this.#form.values(record);
      changed[slot] = shown;
      if (i === 0 && this.#ntPath >= 0) changed[this.#ntPath] = told;
    }
    return changed === undefined ? record : this.#form.with(record, changed);
  }

  #viewOf(values: LogRecord['own']['values']): PathView {
    let pid: number | undefined;
    for (const slot of this.#actors) {
      pid = numberAt(values, slot);
      if (pid !== undefined && this.#views.runs(pid)) break;
    }
    return this.#views.viewOf(pid);
  }
}
