import { Buffer } from 'node:buffer';
import koffi, { address } from 'koffi';
import { callOf } from '../native/host_calls.ts';
import { laterCallOf } from '../native/later.ts';
import type { Libraries } from '../native/libraries.ts';

// winsvc.h
const SERVICE_WIN32_OWN_PROCESS = 0x10;
const State = { stopped: 1, stopping: 3, running: 4 } as const;
const Control = { stop: 1, shutdown: 5 } as const;
/** SERVICE_ACCEPT_STOP and SERVICE_ACCEPT_SHUTDOWN. */
const ACCEPTED = 0x1 | 0x4;
const SERVICE_SPECIFIC_ERROR = 1066;
/** What Windows is told that stopping may take, in milliseconds. */
const STOP_HINT = 30_000;

/** This process as a service that Windows has started. */
export interface HostedService {
  /** Tells Windows that it has ended; a code but 0 counts as a failure. Resolves when Windows lets go of the process. */
  end(exitCode: number): Promise<void>;
}

/**
 * Makes this process the service that Windows has started it as; undefined where it was started by somebody else. `onStop` is
 * called when the service is to stop. Windows calls back on threads of its own: koffi hands that to this one.
 */
export async function hostService(
  libraries: Libraries,
  name: string,
  onStop: () => void,
): Promise<HostedService | undefined> {
  const dispatch = laterCallOf(libraries, 'advapi32', 'StartServiceCtrlDispatcherW', 'p');
  const setStatus = callOf(libraries, 'advapi32', 'SetServiceStatus', 'hp');
  const register = libraries.find<(name: Buffer, handler: bigint, context: null) => bigint | number>(
    'advapi32',
    'RegisterServiceCtrlHandlerExW',
    'uint64',
    ['void *', 'uint64', 'void *'],
  );
  if (dispatch === undefined || setStatus === undefined || register.kind !== 'found') return undefined;
  let handle = 0n;
  const tell = (state: number, exitCode = 0): void => {
    const code = exitCode === 0 ? 0 : SERVICE_SPECIFIC_ERROR;
    const isStopping = state === State.stopping;
    const accepted = state === State.running ? ACCEPTED : 0;
    setStatus(
      handle,
      Uint32Array.of(SERVICE_WIN32_OWN_PROCESS, state, accepted, code, exitCode, isStopping ? 1 : 0, isStopping ? STOP_HINT : 0),
    );
  };
  const wideName = Buffer.from(`${name}\0`, 'utf16le');
  const onControl = koffi.register((control: number) => {
    if (control === Control.stop || control === Control.shutdown) {
      tell(State.stopping);
      onStop();
    }
    return 0;
  }, koffi.pointer(koffi.proto('uint32 __stdcall SigelServiceControl(uint32, uint32, void *, void *)')));
  const { promise: started, resolve } = Promise.withResolvers<boolean>();
  const onMain = koffi.register(() => {
    handle = BigInt(register.call(wideName, onControl, null));
    tell(State.running);
    resolve(true);
  }, koffi.pointer(koffi.proto('void __stdcall SigelServiceMain(uint32, void *)')));
  // SERVICE_TABLE_ENTRYW and one of zeros behind it.
  const table = BigUint64Array.of(address(wideName), onMain, 0n, 0n);
  const dispatched = dispatch(table);
  void dispatched.then(() => resolve(false));
  if (!(await started)) return undefined;
  return {
    end: async (exitCode) => {
      tell(State.stopped, exitCode);
      await dispatched;
    },
  };
}
