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
  /** The keyword of the canaries that it gets; undefined where it gets none. */
  readonly canary?: bigint;
  /** Starts it, or attaches to it. */
  readonly open: () => Called<OpenSession>;
}

/** How sessions are planned beside what the configuration says. */
export interface PlanOptions {
  /** Goes behind the names of those that are started, so that they can run beside others of the same configuration. */
  readonly suffix?: string;
  /** Whether sessions that are started get canaries. */
  readonly canary?: boolean;
}

/** Writes events of the agent's own. */
export interface CanaryWriter {
  write(keyword: bigint, text: string): Called<void>;
  close(): void;
}

/** What reading live sessions needs of the system: windows_platform.ts has it of Windows, a test of its own. */
export interface EtwPlatform {
  /** The sessions of a configuration, or why it cannot be had here. */
  plan(config: SessionsConfig, options?: PlanOptions): Called<readonly SessionPlan[]>;
  readonly host: LiveHost;
  /** CloseTrace from this thread. */
  readonly close: (handle: bigint) => void;
  /** The DLL with ETW's functions, where it is not the system's. */
  readonly library: string | undefined;
  /** Begins to write canaries, where that can be. */
  readonly canary?: () => Called<CanaryWriter>;
  /** Keeps what is worth keeping, and ends what runs beside. */
  dispose(): Promise<void>;
  /** The consuming thread's module, where it is not ours. */
  readonly worker?: URL;
}

/** An error as one sentence, with what to do about it. */
export function sentence({ message, advice }: WindowsError): string {
  return advice === undefined ? message : `${message}; ${advice}`;
}
