import type { WindowsError } from '../abi/errors.ts';
import type { Consumption } from '../consumer/consume.ts';
import type { Called } from '../sessions/control.ts';
import type { LiveHost } from './live_host.ts';
import type { OpenSession } from './live_session.ts';
import type { SessionsConfig } from './sessions_config.ts';

/** A session that the configuration means. */
export interface SessionPlan {
  readonly name: string;
  readonly shedLast: boolean;
  readonly consumption: Consumption;
  /** Starts it, or attaches to it. */
  readonly open: () => Called<OpenSession>;
}

/** What reading live sessions needs of the system: windows_platform.ts has it of Windows, a test of its own. */
export interface EtwPlatform {
  /** The sessions of a configuration, or why it cannot be had here; `suffix` goes behind the names of started ones. */
  plan(config: SessionsConfig, suffix?: string): Called<readonly SessionPlan[]>;
  readonly host: LiveHost;
  /** CloseTrace from this thread. */
  readonly close: (handle: bigint) => void;
  /** The DLL with ETW's functions, where it is not the system's. */
  readonly library: string | undefined;
  /** Keeps what is worth keeping, and ends what runs beside. */
  dispose(): Promise<void>;
  /** The consuming thread's module, where it is not ours. */
  readonly worker?: URL;
}

/** An error as one sentence, with what to do about it. */
export function sentence({ message, advice }: WindowsError): string {
  return advice === undefined ? message : `${message}; ${advice}`;
}
