import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { type Joined, PairJoin, type PairRule, type Side } from './pair_join.ts';
import { own, type RecordForm } from './record_form.ts';

/** What is told of twice. */
export type FileChange = 'delete' | 'rename';

/** Both are logged during the same request. */
const WINDOW = 100_000;

/**
 * Kernel-File tells of a delete by SetDelete and DeletePath, and of a rename by Rename and RenamePath, each
 * under a keyword of its own. The one with the path (main) says all that the other does.
 */
export class FileJoin {
  readonly #pairs: Readonly<Record<FileChange, PairJoin>> = {
    delete: new PairJoin(RULE),
    rename: new PairJoin(RULE),
  };

  /** Takes a delete or rename at its event time. */
  add(record: LogRecord, form: RecordForm, change: FileChange, side: Side, now: number): Joined {
    return this.#pairs[change].add(record, form, side, now);
  }
}

const RULE: PairRule = {
  window: WINDOW,
  key: (record) => own(record, Attr.fileObject),
  fits: (main, other) => own(main, Attr.etwThreadId) === own(other, Attr.etwThreadId),
  unite: (main) => main,
};
