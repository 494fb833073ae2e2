import { testMapping } from '../../../test/support/mapped.ts';
import { kernelProcess } from './kernel_process.ts';

const CMD = '\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe';
const CREATED = 134_168_292_001_234_567n;

const v2 = {
  ProcessID: 4242,
  CreateTime: CREATED,
  ParentProcessID: 700,
  SessionID: 1,
  Flags: 0,
  ImageName: CMD,
};
const v4 = {
  ProcessID: 4242,
  ProcessSequenceNumber: 998,
  CreateTime: CREATED,
  ParentProcessID: 700,
  ParentProcessSequenceNumber: 12,
  SessionID: 2,
  Flags: 0,
  ProcessTokenElevationType: 2,
  ProcessTokenIsElevated: 1,
  MandatoryLabel: 'S-1-16-12288',
  ImageName: CMD,
  ImageChecksum: 1,
  TimeDateStamp: 2,
};
const process = {
  'process.pid': 4242,
  'process.parent_pid': 700,
  'process.executable.path': CMD,
  'process.executable.name': 'cmd.exe',
  'process.creation.time': '2026-03-01T09:00:00.1234567Z',
};
const stop = {
  ProcessID: 4242,
  CreateTime: CREATED,
  ExitTime: CREATED + 10_000_000n,
  ExitCode: 1,
  ImageName: 'cmd.exe',
};
const stopped = {
  'process.pid': 4242,
  'process.executable.name': 'cmd.exe',
  'process.creation.time': '2026-03-01T09:00:00.1234567Z',
  'process.exit.time': '2026-03-01T09:00:01.1234567Z',
};
const image = { ImageBase: 0x7ff600000000, ImageSize: 65536, ProcessID: 4242, ImageName: CMD };
const module = {
  'process.pid': 4242,
  'dll.path': CMD,
  'dll.name': 'cmd.exe',
  'sigel.dll.base': '0x7ff600000000',
  'sigel.dll.size': 65536,
};
const silo = { ContainerID: '0a1b2c3d-0000-0000-0000-000000000001', JobID: 9 };
const job = { 'process.pid': 4711, 'sigel.silo.id': silo.ContainerID, 'windows.job.id': 9 };

testMapping(kernelProcess, [
  {
    title: 'a start, version 2',
    event: 1,
    payload: v2,
    eventName: 'process.start',
    severity: 9,
    body: `process started: ${CMD} (pid 4242)`,
    attributes: { ...process, 'windows.session.id': 1 },
  },
  {
    title: 'a start, version 4',
    event: 1,
    payload: v4,
    eventName: 'process.start',
    severity: 9,
    body: `process started: ${CMD} (pid 4242)`,
    attributes: {
      ...process,
      'windows.session.id': 2,
      'windows.process.sequence_number': 998,
      'windows.process.parent_sequence_number': 12,
      'windows.token.elevated': true,
      'windows.integrity_level': 'high',
    },
  },
  {
    title: 'a start whose payload is cut short',
    event: 1,
    payload: { ProcessID: 4242, CreateTime: undefined, ParentProcessID: undefined, ImageName: undefined },
    eventName: 'process.start',
    severity: 9,
    body: 'process started: ? (pid 4242)',
    attributes: { 'process.pid': 4242 },
  },
  {
    title: 'an exit',
    event: 2,
    payload: stop,
    eventName: 'process.exit',
    severity: 9,
    body: 'process exited: cmd.exe (pid 4242, code 1)',
    attributes: { ...stopped, 'process.exit.code': 1 },
  },
  {
    title: 'a crash is an error',
    event: 2,
    payload: { ...stop, ExitCode: 0xc0000005 },
    eventName: 'process.exit',
    severity: 17,
    body: 'process exited: cmd.exe (pid 4242, code 3221225477)',
    attributes: { ...stopped, 'process.exit.code': 3221225477 },
  },
  {
    title: 'Ctrl+C is no crash',
    event: 2,
    payload: { ...stop, ExitCode: 0xc000013a },
    eventName: 'process.exit',
    severity: 9,
    body: 'process exited: cmd.exe (pid 4242, code 3221225786)',
    attributes: { ...stopped, 'process.exit.code': 3221225786 },
  },
  {
    title: 'a rundown',
    event: 15,
    payload: v2,
    eventName: 'process.rundown',
    severity: 5,
    body: `process running: ${CMD} (pid 4242)`,
    attributes: { ...process, 'windows.session.id': 1 },
  },
  {
    title: 'a thread start is of the process it starts in',
    event: 3,
    payload: { ProcessID: 4242, ThreadID: 77, Win32StartAddr: 0x7ff600001000 },
    eventName: 'process.thread.start',
    severity: 5,
    body: 'thread 77 started in process 4242',
    attributes: { 'process.pid': 4242, 'thread.id': 77, 'sigel.thread.start_address': '0x7ff600001000' },
  },
  {
    title: 'a thread exit',
    event: 4,
    payload: { ProcessID: 4242, ThreadID: 77 },
    eventName: 'process.thread.exit',
    severity: 5,
    body: 'thread 77 exited in process 4242',
    attributes: { 'process.pid': 4242, 'thread.id': 77 },
  },
  {
    title: 'an image load',
    event: 5,
    payload: image,
    eventName: 'process.module.load',
    severity: 5,
    body: `module loaded: ${CMD} (pid 4242)`,
    attributes: module,
  },
  {
    title: 'an image unload',
    event: 6,
    payload: image,
    eventName: 'process.module.unload',
    severity: 5,
    body: `module unloaded: ${CMD} (pid 4242)`,
    attributes: module,
  },
  {
    title: 'a job start is of the process that made it',
    event: 13,
    payload: { ...silo, StatusCode: 0 },
    eventName: 'job.start',
    severity: 5,
    body: 'job 9 started',
    attributes: job,
  },
  {
    title: 'a job end',
    event: 14,
    payload: { ...silo, StatusCode: 0 },
    eventName: 'job.stop',
    severity: 5,
    body: 'job 9 terminated',
    attributes: job,
  },
  {
    title: 'a silo that started',
    event: 22,
    payload: { ...silo, State: 1 },
    eventName: 'container.silo.state',
    severity: 9,
    body: `silo ${silo.ContainerID} is started`,
    attributes: { ...job, 'sigel.silo.state': 'started' },
  },
]);
