import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { GenerationMap } from './generation_map.ts';
import { KnownPath } from './known_path.ts';
import type { ProcessViews } from './process_views.ts';
import { numberAt, type RecordForm, textAt, type Values } from './record_form.ts';
import type { Step } from './step.ts';

const MAX_OPEN = 65_536;
const MAX_FILES = 65_536;

/** The paths behind the kernel's addresses of open files (objects) and of files (keys). Bounded. */
export class FileNames {
  readonly objects = new GenerationMap<string, KnownPath>(MAX_OPEN);
  readonly keys = new GenerationMap<string, KnownPath>(MAX_FILES);
}

/**
 * What a file event means for the names:
 * - `open`: its path is that of the object from now on;
 * - `use`: about a file whose path is known from before; `close`: for the last time;
 * - `name`, `forget`: the key has the path, or has none any more;
 * - `rename`: object and key have its path from now on;
 * - `path`: has a path of its own, which changes nothing.
 */
export type FileAction = 'open' | 'use' | 'close' | 'name' | 'forget' | 'rename' | 'path';

/**
 * Gives file records their path, in the view of the process that acts. Keys are learnt from name events
 * only: a key is used again for other files, and without the events that take names back it would lie.
 */
export class FileStep implements Step {
  readonly #form: RecordForm;
  readonly #names: FileNames;
  readonly #views: ProcessViews;
  readonly #action: FileAction;
  readonly #slots: Slots;

  constructor(form: RecordForm, names: FileNames, views: ProcessViews, action: FileAction) {
    this.#form = form;
    this.#names = names;
    this.#views = views;
    this.#action = action;
    this.#slots = slotsOf(form);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const { objects, keys } = this.#names;
    const object = textAt(values, this.#slots.object);
    const key = textAt(values, this.#slots.key);
    const own = textAt(values, this.#slots.path);
    const before =
      (object === undefined ? undefined : objects.get(object)) ??
      (key === undefined ? undefined : keys.get(key));
    // Opens come by the thousand for the same few files.
    const path = own === undefined ? before : before?.nt === own ? before : new KnownPath(own);
    switch (this.#action) {
      case 'open':
        if (object !== undefined && path !== undefined) objects.set(object, path);
        break;
      case 'close':
        if (object !== undefined) objects.delete(object);
        break;
      case 'name':
        if (key !== undefined && path !== undefined) keys.set(key, path);
        break;
      case 'forget':
        if (key !== undefined) keys.delete(key);
        break;
      case 'rename':
        if (object !== undefined && path !== undefined) objects.set(object, path);
        if (key !== undefined && path !== undefined && keys.get(key) !== undefined) keys.set(key, path);
        return path === undefined ? record : this.#shown(record, path, before);
      case 'use':
      case 'path':
        break;
    }
    return path === undefined ? record : this.#shown(record, path, undefined);
  }

  #shown(record: LogRecord, path: KnownPath, before: KnownPath | undefined): LogRecord {
    const slots = this.#slots;
    const view = this.#views.viewOf(numberAt(record.own.values, slots.actor));
    const shown = path.shownTo(view);
    if (shown === record.own.values[slots.path] && path.podUid === undefined && before === undefined)
      return record;
    const values = this.#form.values(record);
    const set = (slot: number, value: Values[number]): void => {
      if (slot >= 0) values[slot] = value;
    };
    set(slots.path, shown);
    set(slots.name, path.name);
    set(slots.extension, path.extension);
    set(slots.podUid, path.podUid);
    if (shown !== path.nt) set(slots.ntPath, path.nt);
    if (before !== undefined && before !== path) set(slots.previous, before.shownTo(view));
    return this.#form.with(record, values);
  }
}

type Slots = ReturnType<typeof slotsOf>;

function slotsOf(form: RecordForm) {
  return {
    actor: form.slot(Attr.etwProcessId),
    object: form.slot(Attr.fileObject),
    key: form.slot(Attr.fileKey),
    path: form.slot(Attr.filePath),
    name: form.slot(Attr.fileName),
    extension: form.slot(Attr.fileExtension),
    ntPath: form.slot(Attr.ntPath),
    previous: form.slot(Attr.filePreviousPath),
    podUid: form.slot(Attr.filePodUid),
  };
}
