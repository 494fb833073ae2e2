import { Buffer } from 'node:buffer';
import { parentPort, workerData } from 'node:worker_threads';
import koffi, { address } from 'koffi';
import type { ServiceThreadData, ServiceThreadMessage } from './hosted_service.ts';
import { laterCallOf } from './later.ts';
import { Libraries } from './libraries.ts';

// The thread that Windows' ServiceMain is answered on. It waits there until the service is over: Windows would let it return
// before, Wine takes that for the end. Controls come to the thread that hosted_service.ts runs on.

const { name, handler, over } = workerData as ServiceThreadData;
const libraries = new Libraries();
const tell = (message: ServiceThreadMessage) => parentPort?.postMessage(message);

const register = libraries.find<(name: Buffer, handler: bigint, context: null) => bigint | number>(
  'advapi32',
  'RegisterServiceCtrlHandlerExW',
  'uint64',
  ['void *', 'uint64', 'void *'],
);
const dispatch = laterCallOf(libraries, 'advapi32', 'StartServiceCtrlDispatcherW', 'p');

const main = koffi.register(
  () => {
    const wide = Buffer.from(`${name}\0`, 'utf16le');
    tell({ handle: register.kind === 'found' ? BigInt(register.call(wide, handler, null)) : 0n });
    Atomics.wait(over, 0, 0);
  },
  koffi.pointer(koffi.proto('void SigelServiceMain(uint32 count, void *arguments)')),
);
// SERVICE_TABLE_ENTRYW: pointers to name and ServiceMain; then one of zeros, and behind it the name.
const table = Buffer.concat([Buffer.alloc(32), Buffer.from(`${name}\0`, 'utf16le')]);
table.writeBigUInt64LE(address(table) + 32n, 0);
table.writeBigUInt64LE(main, 8);
await dispatch?.(table);
