import { baseName } from './paths.ts';
import { encodeTyped } from './payload_writer.ts';
import type { Emitter } from './recorder.ts';
import type { World } from './world.ts';

/** What the kernel logger tells of a process. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  readonly session: number;
  /** SID. */
  readonly user: string;
  readonly image: string;
  readonly commandLine: string;
  /** Address of the EPROCESS. */
  readonly key: bigint;
  readonly packageName: string;
}

const STILL_ACTIVE = 259;

/**
 * Process/Start (opcode 1), End (2), DCStart (3; rundown) of the NT kernel logger, version 4: the only
 * source of the command line. The user is a TOKEN_USER with its SID behind it. Rundown comes without an owner.
 */
export function kernelProcess(
  world: World,
  opcode: 1 | 2 | 3,
  process: ProcessFacts,
  from: Emitter,
  exitCode = STILL_ACTIVE,
): void {
  const payload = encodeTyped([
    ['Pointer', process.key],
    ['UInt32', process.pid],
    ['UInt32', process.parentPid],
    ['UInt32', process.session],
    ['Int32', exitCode],
    ['Pointer', 0x1_0000_0000n + BigInt(process.pid) * 0x1000n],
    ['UInt32', 0],
    ['WbemSid', process.user],
    ['AnsiString', baseName(process.image)],
    ['UnicodeString', process.commandLine],
    ['UnicodeString', process.packageName],
    ['UnicodeString', ''],
  ]);
  const header = opcode === 3 ? 'perfinfo' : 'system';
  world.recorder.kernelEvent({ header, group: 3, type: opcode, version: 4, payload, ...from });
}

/** Thread/Start (1) and End (2), version 3. */
export function kernelThread(world: World, opcode: 1 | 2, pid: number, tid: number, from: Emitter): void {
  const stack = 0xffff_f580_f700_0000n + BigInt(tid) * 0x8000n;
  const payload = encodeTyped([
    ['UInt32', pid],
    ['UInt32', tid],
    ['Pointer', stack],
    ['Pointer', stack - 0x7000n],
    ['Pointer', 0x3c_4494_0000n],
    ['Pointer', 0x3c_4393_8000n],
    ['Pointer', 0xf],
    ['Pointer', 0x7ff9_9c90_4150n],
    ['Pointer', 0x3c_4350_b000n],
    ['UInt32', 0],
    ['UInt8', 8],
    ['UInt8', 5],
    ['UInt8', 2],
    ['UInt8', 0],
  ]);
  world.recorder.kernelEvent({ header: 'system', group: 5, type: opcode, version: 3, payload, ...from });
}

/** A loaded image's place and identity. */
export interface ImageFacts {
  readonly base: bigint;
  readonly size: number;
  readonly checksum: number;
  readonly timestamp: number;
  /** NT path. */
  readonly path: string;
}

/** Image/Load (group 3, opcode 10), version 3. */
export function kernelImage(world: World, pid: number, image: ImageFacts, from: Emitter): void {
  const payload = encodeTyped([
    ['Pointer', image.base],
    ['Pointer', image.size],
    ['UInt32', pid],
    ['UInt32', image.checksum],
    ['UInt32', image.timestamp],
    ['UInt8', 12],
    ['UInt8', 2],
    ['UInt16', 0],
    ['Pointer', image.base],
    ['UInt32', 0],
    ['UInt32', 0],
    ['UInt32', 0],
    ['UInt32', 0],
    ['UnicodeString', image.path],
  ]);
  world.recorder.kernelEvent({ header: 'system', group: 3, type: 10, version: 3, payload, ...from });
}
