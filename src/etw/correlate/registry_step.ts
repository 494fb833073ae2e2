import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { joinedKey } from '../events/registry_data.ts';
import { GenerationMap } from './generation_map.ts';
import type { ProcessViews } from './process_views.ts';
import { numberAt, type RecordForm, textAt } from './record_form.ts';
import { shownKey } from './registry_view.ts';
import type { Step } from './step.ts';

const MAX_KEYS = 65_536;

/** The paths behind the kernel's addresses of registry keys, and the control set in use. Bounded. */
export class RegistryKeys {
  /** Key objects: one for each open. */
  readonly objects = new GenerationMap<string, string>(MAX_KEYS);
  /** Key control blocks: one for each key that is open at all. */
  readonly blocks = new GenerationMap<string, string>(MAX_KEYS);
  controlSet = 1;
}

/**
 * What a registry event means for the names:
 * - `open`: the object is the key it names, which starts from the base object where it is relative;
 * - `use`: about a key known from before; `close`: for the last time;
 * - `name`: the object has the full name it tells.
 */
export type RegistryAction = 'open' | 'use' | 'close' | 'name';

/** Gives registry records the full path of their key, as the process that acts knows it. */
export class RegistryStep implements Step {
  readonly #form: RecordForm;
  readonly #keys: RegistryKeys;
  readonly #paths: GenerationMap<string, string>;
  readonly #views: ProcessViews;
  readonly #action: RegistryAction;
  readonly #actor: number;
  readonly #object: number;
  readonly #base: number;
  readonly #status: number;
  readonly #key: number;
  readonly #ntKey: number;

  /** `addresses`: which of the kernel's addresses the events carry. */
  constructor(
    form: RecordForm,
    keys: RegistryKeys,
    views: ProcessViews,
    action: RegistryAction,
    addresses: 'objects' | 'blocks',
  ) {
    this.#form = form;
    this.#keys = keys;
    this.#paths = keys[addresses];
    this.#views = views;
    this.#action = action;
    this.#actor = form.slot(Attr.etwProcessId);
    this.#object = form.slot(Attr.registryKeyObject);
    this.#base = form.slot(Attr.registryBaseObject);
    this.#status = form.slot(Attr.registryStatus);
    this.#key = form.slot(Attr.registryKey);
    this.#ntKey = form.slot(Attr.registryNtKey);
  }

  apply(record: LogRecord): LogRecord {
    const { values } = record.own;
    const paths = this.#paths;
    const object = textAt(values, this.#object);
    const path = this.#pathOf(values, object);
    if (object !== undefined) {
      // An object whose open failed, or whose path nobody can know, is not what it was before either.
      if (this.#action === 'close') paths.delete(object);
      else if (this.#action === 'open' && (path === undefined || this.#failed(values))) paths.delete(object);
      else if (path !== undefined && path !== paths.get(object)) paths.set(object, path);
    }
    return path === undefined ? record : this.#shown(record, path);
  }

  // Absolute: as told, or below the base. Relative names are of no use to those who come after.
  #pathOf(values: LogRecord['own']['values'], object: string | undefined): string | undefined {
    const told = textAt(values, this.#key);
    if (told?.startsWith('\\') === true) return told;
    const from = this.#action === 'open' ? textAt(values, this.#base) : object;
    const known = from === undefined ? undefined : this.#paths.get(from);
    if (known === undefined) return undefined;
    return this.#action === 'open' ? joinedKey(told, known) : known;
  }

  #failed(values: LogRecord['own']['values']): boolean {
    return (numberAt(values, this.#status) ?? 0) >= 0xc0000000;
  }

  #shown(record: LogRecord, path: string): LogRecord {
    const viewer = this.#views.viewer(numberAt(record.own.values, this.#actor));
    const shown = shownKey(path, viewer, this.#keys.controlSet);
    if (shown === record.own.values[this.#key]) return record;
    const values = this.#form.values(record);
    values[this.#key] = shown;
    if (shown !== path && this.#ntKey >= 0) values[this.#ntKey] = path;
    return this.#form.with(record, values);
  }
}
