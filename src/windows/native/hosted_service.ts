import { Worker } from 'node:worker_threads';
import koffi from 'koffi';
import { answerControl, type ServiceRequests } from '../service/answer_control.ts';
import { ServiceReport } from '../service/service_report.ts';
import { callOf } from './host_calls.ts';
import type { Libraries } from './libraries.ts';

/** This process as a service that Windows has started. */
export interface HostedService {
  /** Everything runs: until then the service is starting. */
  running(): void;
  /** Tells Windows that it has ended; a code but 0 is a failure. Resolves when Windows lets go of the process. */
  end(exitCode: number): Promise<void>;
}

/** What service_thread.ts is given. */
export interface ServiceThreadData {
  readonly name: string;
  /** The address of a LPHANDLER_FUNCTION_EX. */
  readonly handler: bigint;
  /** Not 0: the service is over. */
  readonly over: Int32Array<SharedArrayBuffer>;
}

/** What it tells: the service's SERVICE_STATUS_HANDLE. */
export interface ServiceThreadMessage {
  readonly handle: bigint;
}

const HANDLER = koffi.proto(
  'uint32 SigelServiceControl(uint32 control, uint32 event, void *data, void *context)',
);

/**
 * Makes this process the service that Windows has started it as; undefined where it was started by somebody else. Rejects
 * for a defect. Windows calls on threads of its own, and koffi has those wait until this thread, or service_thread.ts, has
 * answered.
 */
export async function hostService(
  libraries: Libraries,
  name: string,
  requests: ServiceRequests,
): Promise<HostedService | undefined> {
  const setStatus = callOf(libraries, 'advapi32', 'SetServiceStatus', 'hp');
  const over = new Int32Array(new SharedArrayBuffer(4));
  let handle = 0n;
  const report = new ServiceReport((status) => setStatus?.(handle, status));
  const handler = koffi.register(
    (control: number) => answerControl(control, report, requests),
    koffi.pointer(HANDLER),
  );
  const workerData: ServiceThreadData = { name, handler, over };
  const thread = new Worker(ownThread(), { workerData });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const { promise: begun, resolve, reject } = Promise.withResolvers<boolean>();
  thread.once('message', (message: ServiceThreadMessage) => {
    handle = message.handle;
    resolve(handle !== 0n);
  });
  thread.on('error', reject);
  void ended.then(() => resolve(false));
  if (!(await begun)) return undefined;
  report.starting();
  return {
    running: () => report.running(),
    end: async (exitCode) => {
      report.stopped(exitCode);
      Atomics.store(over, 0, 1);
      Atomics.notify(over, 0);
      await ended;
    },
  };
}

// Built, the sources are .js.
function ownThread(): URL {
  const file = import.meta.url.endsWith('.ts') ? './service_thread.ts' : './service_thread.js';
  return new URL(file, import.meta.url);
}
