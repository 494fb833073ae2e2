import type { AccountSource } from '../../etw/accounts.ts';
import type { LiveSchemas } from '../../etw/decoder.ts';
import type { ClockSample } from '../../etw/live/live_clock.ts';
import type { ProviderTable } from '../../etw/providers.ts';

/** Schemas that are asked of the running system, and kept. */
export interface HostSchemas extends LiveSchemas {
  /** Looks again at what could not be answered in time. */
  renew(forget: ProviderTable['forgetSchemas']): void;
  /** Keeps what is new for the next start. */
  save(): Promise<void>;
}

/** The host's volumes by device: `HarddiskVolume3` -> `C:`. */
export interface HostVolumeSource {
  readonly known: ReadonlyMap<string, string>;
  /** Reads them again; undefined when nothing changed. */
  refresh(): ReadonlyMap<string, string> | undefined;
}

/** What live events are completed with, of the host that they come from. Each may be missing. */
export interface LiveHost {
  readonly schemas?: HostSchemas | undefined;
  readonly accounts?: AccountSource | undefined;
  readonly volumes?: HostVolumeSource | undefined;
  /** The session clock (QPC) and the system's time, now. */
  readonly clock?: (() => ClockSample | undefined) | undefined;
}
