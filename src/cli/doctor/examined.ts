import type { Rights } from '../../windows/host/rights.ts';
import type { RegisteredProvider } from '../../windows/schemas/provider_list.ts';
import type { Called, SessionFacts } from '../../windows/sessions/control.ts';

/** What trying to reach a named pipe came to. */
export type PipeState = 'connected' | 'absent' | 'denied' | 'silent';

/** What a preset asks of a host. */
export interface PresetNeeds {
  readonly name: string;
  /** Names of providers. */
  readonly providers: readonly string[];
  readonly sessions: number;
}

/** What `sigel doctor` found out about a host, before it is judged. */
export interface Examined {
  /** Undefined when the registry does not tell. */
  readonly windows:
    | { readonly product: string; readonly build: number; readonly revision: number }
    | undefined;
  /** As Node names it: `x64`. */
  readonly arch: string;
  /** Runs as a HostProcess container. */
  readonly hostProcess: boolean;
  readonly rights: Called<Rights>;
  /** The name of the account it runs as. */
  readonly account: string | undefined;
  readonly sessions: Called<readonly SessionFacts[]>;
  /** Names of sessions that bear Sigel's mark. */
  readonly own: readonly string[];
  /** Functions of {@link WANTED_FUNCTIONS} that are there. */
  readonly functions: ReadonlySet<string>;
  /** What job queries of this Windows do not tell. */
  readonly jobs: Called<readonly string[]>;
  readonly pipe: { readonly path: string; readonly state: PipeState };
  readonly providers: Called<readonly RegisteredProvider[]>;
  readonly preset: PresetNeeds;
}

/** The functions whose presence is looked at, by the library they are looked for in. */
export const WANTED_FUNCTIONS = {
  etw: [
    'StartTraceW',
    'ControlTraceW',
    'EnableTraceEx2',
    'QueryAllTracesW',
    'OpenTraceW',
    'ProcessTrace',
    'CloseTrace',
    'OpenTraceFromRealTimeLogger',
    'ProcessTraceBufferIncrementReference',
  ],
  tdh: ['TdhGetEventInformation', 'TdhGetEventMapInformation', 'TdhEnumerateProviders'],
} as const;

/** Without these Sigel cannot run; the rest make it faster or tell it more. */
export const NEEDED_FUNCTIONS: readonly string[] = WANTED_FUNCTIONS.etw.slice(0, 7);
