import { Attr } from '../../model/attributes.ts';
import type { Value } from '../../model/value.ts';
import { Severity } from '../severity.ts';
import type { Variant } from './mapping.ts';

const isKernel = (pid: Value): boolean => pid === 0 || pid === 4;

/**
 * A thread that another process made. The kernel makes threads in its own processes for whoever needs one,
 * and those of thread pools in any process from its own (measured: 9 of 60 on Windows 10), which is nobody's
 * doing. A process's first thread is made from outside too: correlation takes it back.
 */
export const REMOTE_THREAD: Variant = {
  eventName: 'process.thread.remote_start',
  severity: Severity.warn,
  body: 'thread {thread.id} started in process {process.pid} by process {etw.process.id}',
  keys: [Attr.processPid, Attr.etwProcessId],
  when: (target, maker) => target !== maker && !isKernel(target) && !isKernel(maker),
  words:
    'another process made it (`etw.process.id`), neither is the kernel, and it is not the first of its process',
};

// The upper half of the address space: from 0xffff800000000000, or 0x80000000 on 32-bit systems.
const KERNEL_ADDRESS = /^0x(?:ffff[89a-f][0-9a-f]{11}|[89a-f][0-9a-f]{7})$/;

/** An image that the kernel loads for itself; System also maps some DLLs of user mode (ntdll.dll). */
export const driver = (verb: 'load' | 'unload'): Variant => ({
  eventName: `driver.${verb}`,
  severity: verb === 'load' ? Severity.info : Severity.debug,
  body: `driver ${verb}ed: {dll.path}`,
  keys: [Attr.processPid, Attr.dllBase],
  when: (pid, base) => isKernel(pid) && typeof base === 'string' && KERNEL_ADDRESS.test(base),
  words: 'the process is 0 or 4 and the image lies in the kernel',
});
