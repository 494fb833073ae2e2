import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import {
  accountDomain,
  accountName,
  address,
  baseName,
  field,
  processId,
  sessionId,
  status,
} from './conversions.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';
import { CRASH, processExitBody } from './process_exit.ts';
import { driver, REMOTE_THREAD } from './variants.ts';

// The NT kernel logger's Process class (MOF Process_TypeGroup1, versions 0 to 5). It alone knows the command
// line; the image's name comes without a path.
const PROCESS = [
  field('ProcessId', Attr.processPid, processId),
  field('ParentId', Attr.processParentPid, processId),
  field('ImageFileName', Attr.processExecutableName, baseName),
  field('CommandLine', Attr.processCommandLine),
  field('UserSID', Attr.userId),
  field('UserSID', Attr.userName, accountName),
  field('UserSID', Attr.userDomain, accountDomain),
  field('SessionId', Attr.windowsSessionId, sessionId),
];
// Before its end a process has the exit status STILL_ACTIVE, so only ends tell theirs.
const ENDED = [...PROCESS, field('ExitStatus', Attr.processExitCode, status)];

const rundown: EventMapping = {
  eventName: 'process.rundown',
  severity: Severity.debug,
  body: 'process running: {process.command_line|process.executable.name} (pid {process.pid})',
  fields: PROCESS,
};

/** The kernel logger's Process class. */
export const classicProcess: ProviderMapping = {
  guid: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
  name: 'Process',
  keyedBy: 'opcode',
  events: {
    1: {
      eventName: 'process.start',
      severity: Severity.info,
      body: 'process started: {process.command_line|process.executable.name} (pid {process.pid})',
      fields: PROCESS,
    },
    2: {
      eventName: 'process.exit',
      severity: Severity.info,
      body: processExitBody,
      raise: CRASH,
      fields: ENDED,
    },
    3: rundown,
    4: rundown,
    39: {
      // The process ended, but somebody holds a handle to it.
      eventName: 'process.defunct',
      severity: Severity.debug,
      body: 'process defunct: {process.executable.name} (pid {process.pid})',
      fields: ENDED,
    },
  },
};

const IMAGE = [
  field('ProcessId', Attr.processPid, processId),
  field(['FileName', 'ImageFileName'], Attr.dllPath),
  field(['FileName', 'ImageFileName'], Attr.dllName, baseName),
  field(['ImageBase', 'BaseAddress'], Attr.dllBase, address),
  field(['ImageSize', 'ModuleSize'], Attr.dllSize),
];

const imageRundown: EventMapping = {
  eventName: 'process.module.rundown',
  severity: Severity.debug,
  body: 'module in use: {dll.path} (pid {process.pid})',
  fields: IMAGE,
  learned: [Attr.ntPath],
};

/** The kernel logger's Image class. */
export const classicImage: ProviderMapping = {
  guid: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518',
  name: 'Image',
  keyedBy: 'opcode',
  events: {
    10: {
      eventName: 'process.module.load',
      severity: Severity.debug,
      body: 'module loaded: {dll.path} (pid {process.pid})',
      fields: IMAGE,
      learned: [Attr.ntPath],
      variants: [driver('load')],
    },
    2: {
      eventName: 'process.module.unload',
      severity: Severity.debug,
      body: 'module unloaded: {dll.path} (pid {process.pid})',
      fields: IMAGE,
      learned: [Attr.ntPath],
      variants: [driver('unload')],
    },
    3: imageRundown,
    4: imageRundown,
  },
};

const THREAD = [
  field('ProcessId', Attr.processPid, processId),
  field('TThreadId', Attr.threadId, processId),
  field('Win32StartAddr', Attr.threadStartAddress, address),
];

const threadRundown: EventMapping = {
  eventName: 'process.thread.rundown',
  severity: Severity.debug,
  body: 'thread {thread.id} runs in process {process.pid}',
  fields: THREAD,
};

/** The kernel logger's Thread class. */
export const classicThread: ProviderMapping = {
  guid: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c',
  name: 'Thread',
  keyedBy: 'opcode',
  events: {
    1: {
      eventName: 'process.thread.start',
      severity: Severity.debug,
      body: 'thread {thread.id} started in process {process.pid}',
      fields: THREAD,
      variants: [REMOTE_THREAD],
    },
    2: {
      eventName: 'process.thread.exit',
      severity: Severity.debug,
      body: 'thread {thread.id} exited in process {process.pid}',
      fields: THREAD,
    },
    3: threadRundown,
    4: threadRundown,
  },
};
