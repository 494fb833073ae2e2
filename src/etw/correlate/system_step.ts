import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { deviceOf } from './path_view.ts';
import type { ProcessViews } from './process_views.ts';
import { own } from './record_form.ts';
import type { RegistryKeys } from './registry_step.ts';
import type { Step } from './step.ts';

/**
 * Learns from a merged trace's list of volumes and directories (VolumeMapping): `\Device\HarddiskVolume2\` is
 * `C:\`, `\SystemRoot\` is `C:\Windows\`. Its other lines (shares, `\??\`) hold on every system.
 */
export class VolumeStep implements Step {
  readonly #views: ProcessViews;

  constructor(views: ProcessViews) {
    this.#views = views;
  }

  apply(record: LogRecord): LogRecord {
    const nt = own(record, Attr.ntPath);
    const dos = own(record, Attr.volumePath);
    if (nt === undefined || dos === undefined || !/^[A-Za-z]:/.test(dos)) return record;
    const name = dos.replace(/\\+$/, '');
    if (nt.toLowerCase() === '\\systemroot\\') this.#views.learnWindows(name);
    else {
      const at = deviceOf(nt.endsWith('\\') ? nt : `${nt}\\`);
      if (at?.rest === '\\') this.#views.learnVolume(at.device, name);
    }
    return record;
  }
}

/** Learns which control set the kernel uses. */
export class ControlSetStep implements Step {
  readonly #keys: RegistryKeys;

  constructor(keys: RegistryKeys) {
    this.#keys = keys;
  }

  apply(record: LogRecord): LogRecord {
    const set = own(record, Attr.registryControlSet);
    if (set !== undefined && set > 0) this.#keys.controlSet = set;
    return record;
  }
}
