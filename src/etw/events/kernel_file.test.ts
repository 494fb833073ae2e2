import { testMapping } from '../../../test/support/mapped.ts';
import { kernelFile } from './kernel_file.ts';

const PATH = '\\Device\\HarddiskVolume3\\inetpub\\upload\\xmrig.exe';
const object = 0xffff8a0012345678n;
const key = 0xffff8a00abcdef01n;
const path = { 'file.path': PATH, 'file.name': 'xmrig.exe', 'file.extension': 'exe' };
const keys = {
  'process.pid': 4711,
  'sigel.file.object': '0xffff8a0012345678',
  'sigel.file.key': '0xffff8a00abcdef01',
};
const request = (createOptions: number) => ({
  Irp: 1,
  FileObject: object,
  IssuingThreadId: 77,
  CreateOptions: createOptions,
  CreateAttributes: 0,
  ShareAccess: 0,
  FileName: PATH,
});
const byKey = {
  Irp: 1,
  FileObject: object,
  FileKey: key,
  ExtraInformation: 0,
  IssuingThreadId: 77,
  InfoClass: 10,
};
const byPath = { ...byKey, FilePath: PATH };
const io = {
  ByteOffset: 4096,
  Irp: 1,
  FileObject: object,
  FileKey: key,
  IssuingThreadId: 77,
  IOSize: 512,
  IOFlags: 0,
};

const opened = { 'process.pid': 4711, 'sigel.file.object': '0xffff8a0012345678', ...path };

testMapping(kernelFile, [
  {
    title: 'a create request that opens',
    event: 12,
    payload: request(0x01000060),
    eventName: 'file.open',
    severity: 5,
    body: `file open requested: ${PATH} (open)`,
    attributes: { ...opened, 'sigel.file.disposition': 'open' },
  },
  {
    title: 'a create request that may overwrite',
    event: 12,
    payload: request(0x05000060),
    eventName: 'file.open',
    severity: 5,
    body: `file open requested: ${PATH} (overwrite_if)`,
    attributes: { ...opened, 'sigel.file.disposition': 'overwrite_if' },
  },
  {
    title: 'a new file',
    event: 30,
    payload: request(0x02000060),
    eventName: 'file.create',
    severity: 9,
    body: `file created: ${PATH}`,
    attributes: { ...opened, 'sigel.file.disposition': 'create' },
  },
  {
    title: 'a write, by its file object',
    event: 16,
    payload: io,
    eventName: 'file.write',
    severity: 5,
    body: 'file written: 0xffff8a00abcdef01',
    attributes: { ...keys, 'sigel.io.offset': 4096, 'sigel.io.size': 512 },
  },
  {
    title: 'a read, version 0, whose thread stands elsewhere',
    event: 15,
    payload: {
      ByteOffset: 0,
      Irp: 1,
      ThreadId: 77,
      FileObject: object,
      FileKey: key,
      IOSize: 512,
      IOFlags: 0,
    },
    eventName: 'file.read',
    severity: 5,
    body: 'file read: 0xffff8a00abcdef01',
    attributes: { ...keys, 'sigel.io.offset': 0, 'sigel.io.size': 512 },
  },
  {
    title: 'a write whose offset means the end of the file',
    event: 16,
    payload: { ...io, ByteOffset: 2n ** 64n - 1n },
    eventName: 'file.write',
    severity: 5,
    body: 'file written: 0xffff8a00abcdef01',
    attributes: { ...keys, 'sigel.io.size': 512 },
  },
  ...(
    [
      [13, 'file.cleanup', 'handles closed', 5],
      [14, 'file.close', 'closed', 5],
      [17, 'file.set_info', 'information set', 5],
      [18, 'file.delete', 'deleted', 9],
      [19, 'file.rename', 'renamed', 9],
      [21, 'file.flush', 'flushed', 5],
      [29, 'file.rename', 'renamed', 9],
    ] as const
  ).map(([event, eventName, verb, severity]) => ({
    title: `event ${event}, by its file object`,
    event,
    payload: byKey,
    eventName,
    severity,
    body: `file ${verb}: 0xffff8a00abcdef01`,
    attributes: keys,
  })),
  ...(
    [
      [26, 'file.delete', 'deleted'],
      [27, 'file.rename', 'renamed to'],
      [28, 'file.link', 'hard link made'],
    ] as const
  ).map(([event, eventName, verb]) => ({
    title: `event ${event}, by path`,
    event,
    payload: byPath,
    eventName,
    severity: 9,
    body: `file ${verb}: ${PATH}`,
    attributes: { ...keys, ...path },
  })),
]);
