import { SIGEL_PROVIDER } from '../../etw/events/sigel.ts';
import { missingFunction, windowsError } from '../abi/errors.ts';
import { guidBytes } from '../abi/guid_bytes.ts';
import type { CanaryWriter } from '../live/platform.ts';
import { CANARY_LEVEL } from '../sessions/canary_provider.ts';
import type { Called } from '../sessions/control.ts';
import type { Libraries } from './libraries.ts';

type Register = (provider: Uint8Array, callback: null, context: null, handle: BigUint64Array) => number;
type WriteString = (handle: bigint, level: number, keyword: bigint, text: string) => number;

/** Registers the agent's own provider, whose events are single texts; or why that cannot be. */
export function canaryWriter(libraries: Libraries): Called<CanaryWriter> {
  const register = libraries.find<Register>('etw', 'EventRegister', 'uint32', Array(4).fill('void *'));
  const write = libraries.find<WriteString>('etw', 'EventWriteString', 'uint32', [
    'uint64',
    'uint8',
    'uint64',
    'str16',
  ]);
  const unregister = libraries.find<(handle: bigint) => number>('etw', 'EventUnregister', 'uint32', [
    'uint64',
  ]);
  if (register.kind !== 'found') return { kind: 'failed', error: missingFunction(register.message) };
  if (write.kind !== 'found') return { kind: 'failed', error: missingFunction(write.message) };
  if (unregister.kind !== 'found') return { kind: 'failed', error: missingFunction(unregister.message) };
  const registered = new BigUint64Array(1);
  const code = register.call(guidBytes(SIGEL_PROVIDER), null, null, registered);
  if (code !== 0) return { kind: 'failed', error: windowsError(code, 'EventRegister') };
  const [handle = 0n] = registered;
  return {
    kind: 'ok',
    value: {
      write(keyword, text) {
        const failure = write.call(handle, CANARY_LEVEL, keyword, text);
        return failure === 0
          ? { kind: 'ok', value: undefined }
          : { kind: 'failed', error: windowsError(failure, 'EventWriteString') };
      },
      close: () => void unregister.call(handle),
    },
  };
}
