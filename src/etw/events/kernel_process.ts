import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import {
  address,
  baseName,
  field,
  fileTime,
  integrityLevel,
  kilobytes,
  processId,
  sessionId,
  status,
} from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';
import { CRASH, processExitBody } from './process_exit.ts';
import { SILO_VARIANTS, siloState } from './silo.ts';
import { driver, REMOTE_THREAD } from './variants.ts';

// Versions: 0 (Windows 7) to 5; sequence numbers, token facts and the label exist from version 3 (1903) on.
const STARTED = [
  field('ProcessID', Attr.processPid, processId),
  field('ParentProcessID', Attr.processParentPid, processId),
  field('ImageName', Attr.processExecutablePath),
  field('ImageName', Attr.processExecutableName, baseName),
  field('CreateTime', Attr.processCreationTime, fileTime),
  field('SessionID', Attr.windowsSessionId, sessionId),
  field('ProcessSequenceNumber', Attr.windowsSequenceNumber),
  field('ParentProcessSequenceNumber', Attr.windowsParentSequenceNumber),
  field('ProcessTokenIsElevated', Attr.windowsElevated),
  field('MandatoryLabel', Attr.windowsIntegrityLevel, integrityLevel),
];

// The kernel logger's event of the same start or exit knows these.
const USER = [Attr.processCommandLine, Attr.userId, Attr.userName, Attr.userDomain];
const OF_START = [...USER, Attr.ntPath];
const OF_EXIT = [...USER, Attr.processParentPid, Attr.windowsSessionId];

const MODULE = [
  field('ProcessID', Attr.processPid, processId),
  field('ImageName', Attr.dllPath),
  field('ImageName', Attr.dllName, baseName),
  field('ImageBase', Attr.dllBase, address),
  field('ImageSize', Attr.dllSize),
];

const THREAD = [
  field('ProcessID', Attr.processPid, processId),
  field('ThreadID', Attr.threadId, processId),
  field('Win32StartAddr', Attr.threadStartAddress, address),
];

const JOB = [field('ContainerID', Attr.siloId), field('JobID', Attr.windowsJobId)];
const JOB_CHANGE = [...JOB, field('StatusCode', Attr.status, status)];

// What components of the kernel (monitors) do when a silo comes and goes.
const siloCallback = (name: string, more: readonly FieldMapping[] = []): EventMapping => ({
  eventName: `container.silo.${name}`,
  severity: Severity.debug,
  body: `silo {sigel.silo.id} ${name.replace(/[._]/g, ' ')}: {sigel.silo.monitor}`,
  fields: [...JOB, field('MonitorName', Attr.siloMonitor), ...more],
});

const exit: EventMapping = {
  eventName: 'process.exit',
  severity: Severity.info,
  body: processExitBody,
  raise: CRASH,
  fields: [
    field('ProcessID', Attr.processPid, processId),
    // The file's name alone here, and cut at 14 characters by older kernels: no path.
    field('ImageName', Attr.processExecutableName, baseName),
    field('CreateTime', Attr.processCreationTime, fileTime),
    field('ExitTime', Attr.processExitTime, fileTime),
    field('ExitCode', Attr.processExitCode, status),
    field('ProcessSequenceNumber', Attr.windowsSequenceNumber),
    field('HandleCount', Attr.processHandles),
    field('CommitPeak', Attr.processCommitPeak),
    field('CPUCycleCount', Attr.processCpuCycles),
    field('HardFaultCount', Attr.processHardFaults),
    field('ReadOperationCount', Attr.processReads),
    field('WriteOperationCount', Attr.processWrites),
    field('ReadTransferKiloBytes', Attr.processReadBytes, kilobytes),
    field('WriteTransferKiloBytes', Attr.processWrittenBytes, kilobytes),
  ],
  learned: OF_EXIT,
};

const NOTES = `A start is logged by whoever made the process: \`etw.process.id\` is the true creator, \`process.parent_pid\` the parent
it was given; they differ where the parent is spoofed. Command lines and users come from the kernel logger's Process class;
where both were recorded, a start, exit or rundown is one record with the attributes of both. A thread is logged by whoever
made it: \`process.pid\` is the process it starts in, \`etw.process.id\` the maker. Drivers are images of the kernel; Windows
logs them in process 0 or 4. A silo is a container's job object; its GUID is that of the container.`;

/** Microsoft-Windows-Kernel-Process: processes, modules, threads, jobs and silos. */
export const kernelProcess: ProviderMapping = {
  guid: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
  name: 'Microsoft-Windows-Kernel-Process',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    1: {
      eventName: 'process.start',
      severity: Severity.info,
      body: 'process started: {process.command_line|process.executable.path} (pid {process.pid})',
      fields: STARTED,
      learned: OF_START,
    },
    2: exit,
    3: {
      eventName: 'process.thread.start',
      severity: Severity.debug,
      body: 'thread {thread.id} started in process {process.pid}',
      fields: THREAD,
      variants: [REMOTE_THREAD],
    },
    4: {
      eventName: 'process.thread.exit',
      severity: Severity.debug,
      body: 'thread {thread.id} exited in process {process.pid}',
      fields: THREAD,
    },
    5: {
      eventName: 'process.module.load',
      severity: Severity.debug,
      body: 'module loaded: {dll.path} (pid {process.pid})',
      fields: MODULE,
      variants: [driver('load')],
      learned: [Attr.ntPath],
    },
    6: {
      eventName: 'process.module.unload',
      severity: Severity.debug,
      body: 'module unloaded: {dll.path} (pid {process.pid})',
      fields: MODULE,
      variants: [driver('unload')],
      learned: [Attr.ntPath],
    },
    13: {
      eventName: 'job.start',
      severity: Severity.debug,
      body: 'job {windows.job.id} started',
      fields: JOB_CHANGE,
    },
    14: {
      eventName: 'job.stop',
      severity: Severity.debug,
      body: 'job {windows.job.id} terminated',
      fields: JOB_CHANGE,
    },
    15: {
      eventName: 'process.rundown',
      severity: Severity.debug,
      body: 'process running: {process.command_line|process.executable.path} (pid {process.pid})',
      fields: STARTED,
      learned: OF_START,
    },
    22: {
      eventName: 'container.silo.state',
      severity: Severity.info,
      body: 'silo {sigel.silo.id} is {sigel.silo.state}',
      fields: [...JOB, field('State', Attr.siloState, siloState)],
      variants: SILO_VARIANTS,
    },
    23: siloCallback('create_callback.start'),
    24: siloCallback('create_callback.stop', [field('Status', Attr.status, status)]),
    25: siloCallback('terminate_callback.start'),
    26: siloCallback('terminate_callback.stop'),
  },
};
