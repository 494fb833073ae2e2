import type { Buffer } from 'node:buffer';
import type { ReferenceEvent } from './reference_reader.ts';

/** What a record must say beyond time and identity, by attribute name; `eventName` is its name. */
export type Facts = Readonly<Record<string, string | number>>;

/** Microsoft-Windows-Kernel-Process. */
export const KERNEL_PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const KERNEL_NETWORK = '7dd42a49-5329-4832-8dfd-43d979153a88';

/**
 * The facts of an event whose payload this table can read; undefined for all others. Written by hand from
 * the published layouts (manifests, MOF classes), apart from the decoder and its catalogue.
 */
export function expectedFacts(event: ReferenceEvent): Facts | undefined {
  switch (event.provider) {
    case KERNEL_PROCESS:
      return kernelProcess(event);
    case KERNEL_NETWORK:
      return kernelNetwork(event);
    case 'group-0x03':
      return event.opcode === 10 ? image(event, 'process.module.load') : classicProcess(event);
    case 'group-0x05':
      return classicThread(event);
    case 'group-0x06':
      // TcpIp_TypeGroup1 from version 1 on begins as Kernel-Network's events do, under the same numbers.
      if (event.version === 0) return undefined;
      return V6_NAMES[event.opcode] === undefined
        ? kernelNetwork({ ...event, id: event.opcode })
        : classicNetwork(event, 'tcp');
    case 'group-0x08':
      return event.version === 0 ? undefined : classicNetwork(event, 'udp');
    case 'group-0x14':
      return image(event, IMAGE_NAMES[event.opcode]);
    default:
      return undefined;
  }
}

/** ProcessStart, ProcessStop, ImageLoad and ImageUnload of Microsoft-Windows-Kernel-Process, 64-bit. */
function kernelProcess({ id, version, payload, pid }: ReferenceEvent): Facts | undefined {
  switch (id) {
    case 3: {
      const target = payload.readUInt32LE(0);
      return {
        eventName: startName(target, pid),
        'process.pid': target,
        'thread.id': payload.readUInt32LE(4),
      };
    }
    case 1: {
      // ProcessID, CreateTime, ParentProcessID, SessionID, (from version 1) Flags, ImageName.
      const path = utf16(payload, version === 0 ? 20 : 24);
      return {
        eventName: 'process.start',
        'process.pid': payload.readUInt32LE(0),
        'process.parent_pid': payload.readUInt32LE(12),
        'process.executable.path': path,
        'process.executable.name': base(path),
      };
    }
    case 2:
      // ProcessID, CreateTime, ExitTime, ExitCode.
      return {
        eventName: 'process.exit',
        'process.pid': payload.readUInt32LE(0),
        'process.exit.code': payload.readUInt32LE(20),
      };
    case 5:
    case 6: {
      // ImageBase, ImageSize, ProcessID, ImageCheckSum, TimeDateStamp, DefaultBase, ImageName.
      const path = utf16(payload, 36);
      return {
        eventName: imageName(payload, id === 5 ? 'process.module.load' : 'process.module.unload'),
        'process.pid': payload.readUInt32LE(16),
        'dll.path': path,
        'dll.name': base(path),
      };
    }
    default:
      return undefined;
  }
}

const NETWORK_NAMES: Readonly<Record<number, string>> = {
  10: 'network.send',
  11: 'network.receive',
  12: 'network.connect',
  13: 'network.disconnect',
  15: 'network.accept',
};

/** TCP over IPv4: PID, size, daddr, saddr (network order), dport, sport (big-endian); s is the local end. */
function kernelNetwork({ id, payload }: ReferenceEvent): Facts | undefined {
  const eventName = NETWORK_NAMES[id];
  if (eventName === undefined) return undefined;
  const sized = id === 10 || id === 11;
  return {
    eventName,
    'process.pid': payload.readUInt32LE(0),
    'network.peer.address': payload.subarray(8, 12).join('.'),
    'network.local.address': payload.subarray(12, 16).join('.'),
    'network.peer.port': payload.readUInt16BE(16),
    'network.local.port': payload.readUInt16BE(18),
    'network.transport': 'tcp',
    ...(sized ? { 'sigel.network.bytes': payload.readUInt32LE(4) } : {}),
  };
}

const V6_NAMES: Readonly<Record<number, string>> = { 26: 'network.send', 27: 'network.receive' };

/**
 * TCP over IPv6 and UDP of the kernel logger, from version 1 on: PID, size, daddr, saddr (16 bytes each over IPv6),
 * dport, sport. Over UDP saddr is who sent, so the other end of what is received. IPv6 addresses are left out.
 */
function classicNetwork({ opcode, payload }: ReferenceEvent, transport: 'tcp' | 'udp'): Facts | undefined {
  const v4 = opcode < 26;
  const eventName = V6_NAMES[v4 ? opcode + 16 : opcode];
  if (eventName === undefined) return undefined;
  const length = v4 ? 4 : 16;
  const ends = ['d', 's'].map((_, i) => ({
    port: payload.readUInt16BE(8 + 2 * length + 2 * i),
    address: payload.subarray(8 + i * length, 8 + (i + 1) * length).join('.'),
  }));
  const received = transport === 'udp' && eventName === 'network.receive';
  const [peer, local] = received ? ends.toReversed() : ends;
  return {
    eventName,
    'process.pid': payload.readUInt32LE(0),
    'sigel.network.bytes': payload.readUInt32LE(4),
    'network.transport': transport,
    'network.type': v4 ? 'ipv4' : 'ipv6',
    'network.local.port': local?.port ?? -1,
    'network.peer.port': peer?.port ?? -1,
    ...(v4
      ? { 'network.local.address': local?.address ?? '', 'network.peer.address': peer?.address ?? '' }
      : {}),
  };
}

const PROCESS_NAMES: Readonly<Record<number, string>> = {
  1: 'process.start',
  2: 'process.exit',
  3: 'process.rundown',
  4: 'process.rundown',
  39: 'process.defunct',
};

/**
 * Process_TypeGroup1 from version 3 on: UniqueProcessKey, ProcessId, ParentId, SessionId, ExitStatus,
 * DirectoryTableBase, (from version 4) Flags, UserSID, ImageFileName, CommandLine.
 */
function classicProcess({ opcode, version, payload, pointerSize }: ReferenceEvent): Facts | undefined {
  const eventName = PROCESS_NAMES[opcode];
  if (eventName === undefined || version < 3) return undefined;
  const ids = pointerSize;
  const sid = ids + 16 + pointerSize + (version >= 4 ? 4 : 0);
  const image = sid + sidLength(payload, sid, pointerSize);
  const end = payload.indexOf(0, image);
  const commandLine = utf16(payload, end + 1);
  return {
    eventName,
    'process.pid': payload.readUInt32LE(ids),
    'process.parent_pid': payload.readUInt32LE(ids + 4),
    'process.executable.name': base(payload.toString('latin1', image, end)),
    ...(opcode === 39 || commandLine === '' ? {} : { 'process.command_line': commandLine }),
  };
}

/** TOKEN_USER (two pointers) and a SID, or four zero bytes. */
function sidLength(payload: Buffer, at: number, pointerSize: number): number {
  if (payload.readUInt32LE(at) === 0) return 4;
  return 2 * pointerSize + 8 + 4 * payload.readUInt8(at + 2 * pointerSize + 1);
}

const THREAD_NAMES: Readonly<Record<number, string>> = {
  1: 'process.thread.start',
  2: 'process.thread.exit',
  3: 'process.thread.rundown',
  4: 'process.thread.rundown',
};

/** Thread_TypeGroup1: ProcessId, TThreadId. */
function classicThread({ opcode, payload, pid }: ReferenceEvent): Facts | undefined {
  const eventName = THREAD_NAMES[opcode];
  if (eventName === undefined) return undefined;
  const target = payload.readUInt32LE(0);
  const started = opcode === 1 ? startName(target, pid) : eventName;
  return { eventName: started, 'process.pid': target, 'thread.id': payload.readUInt32LE(4) };
}

/** Who logged the event made the thread, be it the first of its process; the kernel (0, 4) makes them for others. */
function startName(target: number, maker: number | undefined): string {
  const remote = target !== maker && ![0, 4, 0xffffffff].some((pid) => pid === target || pid === maker);
  return remote ? 'process.thread.remote_start' : 'process.thread.start';
}

const IMAGE_NAMES: Readonly<Record<number, string>> = {
  2: 'process.module.unload',
  3: 'process.module.rundown',
  4: 'process.module.rundown',
};

/**
 * Image_Load from version 2 on, 64-bit: ImageBase, ImageSize, ProcessId, checksum, time stamp, four bytes,
 * DefaultBase, four u32, FileName.
 */
function image({ version, payload, pointerSize }: ReferenceEvent, eventName?: string): Facts | undefined {
  if (eventName === undefined || version < 2 || pointerSize !== 8) return undefined;
  const path = utf16(payload, 56);
  return {
    eventName: imageName(payload, eventName),
    'process.pid': payload.readUInt32LE(16),
    ...(path === '' ? {} : { 'dll.path': path, 'dll.name': base(path) }),
  };
}

/** A driver is an image in the kernel's half of the addresses, in process 0 or 4. */
function imageName(payload: Buffer, name: string): string {
  const pid = payload.readUInt32LE(16);
  const inKernel = payload.readUInt8(7) === 0xff && (pid === 0 || pid === 4);
  return inKernel && !name.endsWith('rundown') ? name.replace('process.module', 'driver') : name;
}

function utf16(payload: Buffer, at: number): string {
  let end = at;
  while (end + 2 <= payload.length && payload.readUInt16LE(end) !== 0) end += 2;
  return payload.toString('utf16le', at, end);
}

function base(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}
