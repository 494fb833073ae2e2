import type { Finding } from './finding.ts';
import { press, shutDown } from './probes/console.ts';
import { buffers, flush, forms, mark, update } from './probes/control.ts';
import { close, losses, next, stop } from './probes/ends.ts';
import { eventLog } from './probes/event_log.ts';
import { accounts, folder, removeFolder, tdh, volumes } from './probes/host.ts';
import { job, jobs } from './probes/jobs.ts';
import { flags, mixed } from './probes/kernel.ts';
import { cleanup, mutex, own, squat, squatted, takeover } from './probes/owner.ts';
import { controlPipe } from './probes/pipe.ts';
import {
  accepted,
  canary,
  captureState,
  enabled,
  filtered,
  keywords,
  presets,
  registered,
} from './probes/providers.ts';
import { raw } from './probes/raw.ts';
import { openError, paths, record } from './probes/record.ts';
import { signatures } from './probes/signatures.ts';
import { writers } from './probes/writers.ts';

/** What a program of checks finds. */
export type Probe = (
  build: number,
  args: readonly string[],
) => Promise<readonly Finding[]> | readonly Finding[];

/** The checks by their names; verify.ps1 runs each in a process of its own. */
export const PROBES: Readonly<Record<string, Probe>> = {
  raw,
  record,
  paths,
  'open-error': openError,
  close,
  stop,
  losses,
  next,
  forms,
  mark,
  flush,
  update,
  buffers,
  'kernel-providers': mixed,
  'kernel-flags': flags,
  accepted,
  enabled,
  canary,
  filtered,
  'capture-state': captureState,
  presets,
  keywords,
  registered,
  tdh,
  accounts,
  volumes,
  jobs,
  signatures,
  'event-log': eventLog,
  writers,
  mutex,
  takeover,
};

/** Those that verify.ps1 calls with arguments, as a part of something. */
export const HELPERS: Readonly<Record<string, Probe>> = {
  own: (_, [name = '']) => own(name),
  squat: (_, [name = '']) => squat(name),
  squatted: (_, [name = '']) => squatted(name),
  folder: (_, [path = '']) => folder(path),
  'remove-folder': (_, [path = '']) => removeFolder(path),
  job: (_, [isolation = '', id = '']) => job(isolation, id),
  press: (_, [key = '', seconds = '', ...args]) => press(key, seconds, ...args),
  'control-pipe': (_, [main = '']) => controlPipe(main),
  'ctrl-shutdown': (_, args) => shutDown(...args),
  cleanup: () => cleanup(),
};
