import { testMapping } from '../../../test/support/mapped.ts';
import { classicImage, classicProcess, classicThread } from './classic_process.ts';

const payload = {
  UniqueProcessKey: 0xffff8a0012345678n,
  ProcessId: 4242,
  ParentId: 700,
  SessionId: 1,
  ExitStatus: 259,
  DirectoryTableBase: 0,
  Flags: 0,
  UserSID: 'S-1-5-18',
  ImageFileName: 'cmd.exe',
  CommandLine: 'cmd.exe /c whoami',
};
const process = {
  'process.pid': 4242,
  'process.parent_pid': 700,
  'process.executable.name': 'cmd.exe',
  'process.command_line': 'cmd.exe /c whoami',
  'user.id': 'S-1-5-18',
  'user.name': 'SYSTEM',
  'user.domain': 'NT AUTHORITY',
  'windows.session.id': 1,
};
const rundown = {
  payload,
  eventName: 'process.rundown',
  severity: 5,
  body: 'process running: cmd.exe /c whoami (pid 4242)',
  attributes: process,
} as const;

testMapping(classicProcess, [
  {
    title: 'a start',
    event: 1,
    payload,
    eventName: 'process.start',
    severity: 9,
    body: 'process started: cmd.exe /c whoami (pid 4242)',
    attributes: process,
  },
  {
    title: 'a start of version 0, without user and command line',
    event: 1,
    payload: { ProcessId: 4242, ParentId: 700, UserSID: '', ImageFileName: 'cmd.exe' },
    header: { pid: 0xffffffff },
    eventName: 'process.start',
    severity: 9,
    body: 'process started: cmd.exe (pid 4242)',
    attributes: { 'process.pid': 4242, 'process.parent_pid': 700, 'process.executable.name': 'cmd.exe' },
  },
  {
    title: 'an end, its status an unsigned number',
    event: 2,
    payload: { ...payload, ExitStatus: -1073741819 },
    eventName: 'process.exit',
    severity: 17,
    body: 'process exited: cmd.exe (pid 4242, code 3221225477)',
    attributes: { ...process, 'process.exit.code': 3221225477 },
  },
  { title: 'a rundown at the start', event: 3, ...rundown },
  { title: 'a rundown at the end', event: 4, ...rundown },
  {
    title: 'a defunct process',
    event: 39,
    payload: { ...payload, ExitStatus: 0 },
    eventName: 'process.defunct',
    severity: 5,
    body: 'process defunct: cmd.exe (pid 4242)',
    attributes: { ...process, 'process.exit.code': 0 },
  },
]);

const DLL = '\\Device\\HarddiskVolume3\\Windows\\System32\\ntdll.dll';
const image = { ImageBase: 0x7ff600000000, ImageSize: 65536, ProcessId: 4242, FileName: DLL };
const module = {
  'process.pid': 4242,
  'dll.path': DLL,
  'dll.name': 'ntdll.dll',
  'sigel.dll.base': '0x7ff600000000',
  'sigel.dll.size': 65536,
};

testMapping(classicImage, [
  {
    title: 'an image load',
    event: 10,
    payload: image,
    eventName: 'process.module.load',
    severity: 5,
    body: `module loaded: ${DLL} (pid 4242)`,
    attributes: module,
  },
  {
    title: 'an image load of version 0, of the process in the header',
    event: 10,
    payload: { BaseAddress: 0x7ff600000000, ModuleSize: 65536, ImageFileName: DLL },
    header: { pid: 4242 },
    eventName: 'process.module.load',
    severity: 5,
    body: `module loaded: ${DLL} (pid 4242)`,
    attributes: module,
  },
  {
    title: 'an image unload',
    event: 2,
    payload: image,
    eventName: 'process.module.unload',
    severity: 5,
    body: `module unloaded: ${DLL} (pid 4242)`,
    attributes: module,
  },
  ...[3, 4].map((event) => ({
    title: `an image rundown, opcode ${event}`,
    event,
    payload: image,
    eventName: 'process.module.rundown',
    severity: 5,
    body: `module in use: ${DLL} (pid 4242)`,
    attributes: module,
  })),
]);

testMapping(
  classicThread,
  (
    [
      [1, 'process.thread.remote_start', 'thread 77 started in process 4242 by process 666', 666],
      [1, 'process.thread.start', 'thread 77 started in process 4242'],
      [2, 'process.thread.exit', 'thread 77 exited in process 4242'],
      [3, 'process.thread.rundown', 'thread 77 runs in process 4242'],
      [4, 'process.thread.rundown', 'thread 77 runs in process 4242'],
    ] as const
  ).map(([event, eventName, body, pid = 4242]) => ({
    title: `a thread event, opcode ${event}, logged by ${pid}`,
    event,
    payload: { ProcessId: 4242, TThreadId: 77, Win32StartAddr: 0x1000 },
    header: { pid },
    eventName,
    severity: pid === 4242 ? 5 : 13,
    body,
    attributes: { 'process.pid': 4242, 'thread.id': 77, 'sigel.thread.start_address': '0x1000' },
  })),
);
