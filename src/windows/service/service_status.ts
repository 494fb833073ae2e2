import { ServiceError } from '../abi/service_constants.ts';

/** By number: SERVICE_STOPPED is 1 (winsvc.h). */
const STATES = [
  'unknown',
  'stopped',
  'starting',
  'stopping',
  'running',
  'resuming',
  'pausing',
  'paused',
] as const;

/** A service as Windows knows it; `absent`: it does not. */
export interface ServiceStatus {
  readonly state: (typeof STATES)[number] | 'absent';
  /** Of its process; 0 where none runs. */
  readonly pid: number;
  /** Of its last run: its own, or else Windows' error code; 0 for an orderly end. */
  readonly exitCode: number;
}

/** Nothing is known of it. */
export const ABSENT: ServiceStatus = { state: 'absent', pid: 0, exitCode: 0 };

/** Reads a SERVICE_STATUS_PROCESS: nine 32-bit numbers. */
export function readServiceStatus(status: Uint32Array): ServiceStatus {
  const [, state = 0, , code = 0, ownCode = 0, , , pid = 0] = status;
  return { state: STATES[state] ?? 'unknown', pid, exitCode: exitCodeOf(code, ownCode) };
}

function exitCodeOf(code: number, ownCode: number): number {
  if (code === ServiceError.neverStarted) return 0;
  return code === ServiceError.serviceSpecific ? ownCode : code;
}
