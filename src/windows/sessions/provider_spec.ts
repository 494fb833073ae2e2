/** Levels by name, least severe last; `all` takes every level that a provider may have. */
export const LEVELS = {
  critical: 1,
  error: 2,
  warning: 3,
  information: 4,
  verbose: 5,
  all: 255,
} as const;

/** What the kernel adds to a provider's events. */
export interface PropertiesSpec {
  readonly sid: boolean;
  readonly ts_id: boolean;
  readonly stack: boolean;
  readonly process_start_key: boolean;
  readonly event_key: boolean;
  /** Undefined: by the kind of provider. */
  readonly silos?: boolean | undefined;
  readonly container_tracking: boolean;
}

/** A provider as the configuration says it; presets say theirs in the same words. */
export interface ProviderSpec {
  /** A GUID or a name. */
  readonly provider: string;
  readonly level: keyof typeof LEVELS;
  /** Names or `0x…`; none: every event. */
  readonly keywords_any: readonly string[];
  readonly keywords_all: readonly string[];
  readonly event_ids?:
    | {
        readonly include?: readonly number[] | undefined;
        readonly exclude?: readonly number[] | undefined;
      }
    | undefined;
  readonly pids: readonly number[];
  readonly executables: readonly string[];
  readonly properties: PropertiesSpec;
  readonly capture_state: boolean;
}

/** What a configuration leaves out; the same as the receiver's own defaults. */
export const PROVIDER_DEFAULTS: Omit<ProviderSpec, 'provider'> = {
  level: 'verbose',
  keywords_any: [],
  keywords_all: [],
  pids: [],
  executables: [],
  properties: {
    sid: false,
    ts_id: false,
    stack: false,
    process_start_key: true,
    event_key: false,
    container_tracking: false,
  },
  capture_state: false,
};
