import type { KnownProcess } from '../../src/process/known_process.ts';

/** containerd's shim for Windows, which starts the processes of HostProcess containers itself. */
const SHIM = 'containerd-shim-runhcs-v1.exe';

/** Whether a process was started by containerd's shim. */
export function startedByShim({ parent }: KnownProcess): boolean {
  return parent?.facts.name?.toLowerCase() === SHIM;
}
