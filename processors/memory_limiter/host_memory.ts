import { totalmem } from 'node:os';
import process from 'node:process';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the limiter asks of the machine; sizes in bytes. */
export interface Memory {
  /** What the process may have. */
  readonly available: number;
  /** The size at which V8 ends the process, whatever the machine has. */
  readonly heapAvailable: number;
  /**
   * What the process has and needs: committed on Windows, since that is what jobs limit, resident elsewhere, less what
   * V8's heap has free of it. The free part is used again before more is asked for, and given back late or never.
   */
  used(): number;
  /** Of it, V8's heap, garbage that was not collected yet included. */
  heapUsed(): number;
  /**
   * Collects garbage now, and has the C library give back what it has free: glibc keeps nearly all of it, so that without
   * this a process would be above its limit for ever. It stops the process for as long as that takes.
   */
  collect(): void;
}

/** The memory of this process on this machine. */
export async function hostMemory(): Promise<Memory> {
  const { available, used } = process.platform === 'win32' ? await windowsMemory() : posixMemory();
  const [collect, trim] = [collector(), await trimmer()];
  return {
    available,
    heapAvailable: getHeapStatistics().heap_size_limit,
    used() {
      const { heapTotal, heapUsed } = process.memoryUsage();
      return used() - (heapTotal - heapUsed);
    },
    heapUsed: () => process.memoryUsage().heapUsed,
    collect() {
      collect();
      // Only the next collection waits until the buffers that the one before has found are given back.
      collect();
      trim();
    },
  };
}

function posixMemory(): Pick<Memory, 'available' | 'used'> {
  // Without a limit this is 0, or more than any machine has.
  const constrained = process.constrainedMemory();
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return { available, used: () => process.memoryUsage.rss() };
}

async function windowsMemory(): Promise<Pick<Memory, 'available' | 'used'>> {
  const [{ processMemory }, { Libraries }] = await Promise.all([
    import('../../src/windows/native/host_memory.ts'),
    import('../../src/windows/native/libraries.ts'),
  ]);
  const memory = processMemory(new Libraries());
  if (memory.kind === 'failed') throw new Error(memory.error.message);
  return { available: memory.value.limit() ?? totalmem(), used: () => memory.value.committed() };
}

/** V8 gives the function to contexts that are made after its flag was set: the process needs no option. */
function collector(): () => void {
  let gc: (() => void) | undefined;
  return () => {
    if (gc === undefined) {
      setFlagsFromString('--expose-gc');
      gc = runInNewContext('gc') as () => void;
    }
    gc();
  };
}

/** glibc's malloc_trim (its manual, "Freeing after malloc"); other C libraries give back by themselves. */
async function trimmer(): Promise<() => void> {
  if (process.platform !== 'linux') return () => {};
  try {
    const { default: koffi } = await import('koffi');
    const trim = koffi.load('libc.so.6').func('malloc_trim', 'int', ['size_t']) as (pad: number) => number;
    return () => void trim(0);
  } catch {
    return () => {};
  }
}
