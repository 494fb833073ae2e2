import { testMappingRows } from '../../../test/support/mapped.ts';
import { classicFile } from './classic_file.ts';

const PATH = '\\Device\\HarddiskVolume3\\inetpub\\upload\\xmrig.exe';
const object = 0xffff8a0012345678n;
const key = 0xffff8a00abcdef01n;
const path = { 'file.path': PATH, 'file.name': 'xmrig.exe', 'file.extension': 'exe' };
const keys = { 'sigel.file.object': '0xffff8a0012345678', 'sigel.file.key': '0xffff8a00abcdef01' };
const byKey = { IrpPtr: 1, FileObject: object, FileKey: key, TTID: 77 };
const io = { ...byKey, Offset: 4096, IoSize: 512, IoFlags: 0 };
const byPath = { ...byKey, FileName: PATH };

testMappingRows(classicFile, [
  // Names are of a file's key, which the class calls object here.
  ...(
    [
      [0, 'rundown', 'name'],
      [32, 'create', 'named'],
      [35, 'delete', 'name gone'],
      [36, 'rundown', 'name'],
    ] as const
  ).map(
    ([event, name, verb]) =>
      [
        event,
        { FileObject: key, FileName: PATH },
        `file.name.${name}`,
        5,
        `file ${verb}: ${PATH}`,
        { ...path, 'sigel.file.key': '0xffff8a00abcdef01' },
      ] as const,
  ),
  [
    64,
    { IrpPtr: 1, FileObject: object, TTID: 77, CreateOptions: 0x02000060, OpenPath: PATH },
    'file.open',
    5,
    `file open requested: ${PATH} (create)`,
    { ...path, 'sigel.file.object': '0xffff8a0012345678', 'sigel.file.disposition': 'create' },
  ],
  ...(
    [
      [65, 'file.cleanup', 'handles closed', 5],
      [66, 'file.close', 'closed', 5],
      [69, 'file.set_info', 'information set', 5],
      [70, 'file.delete', 'deleted', 9],
      [71, 'file.rename', 'renamed', 9],
      [73, 'file.flush', 'flushed', 5],
    ] as const
  ).map(
    ([event, name, verb, severity]) =>
      [event, byKey, name, severity, `file ${verb}: 0xffff8a00abcdef01`, keys] as const,
  ),
  ...(
    [
      [67, 'file.read', 'read'],
      [68, 'file.write', 'written'],
    ] as const
  ).map(
    ([event, name, verb]) =>
      [
        event,
        io,
        name,
        5,
        `file ${verb}: 0xffff8a00abcdef01`,
        { ...keys, 'sigel.io.offset': 4096, 'sigel.io.size': 512 },
      ] as const,
  ),
  ...(
    [
      [79, 'file.delete', 'deleted'],
      [80, 'file.rename', 'renamed to'],
      [81, 'file.link', 'hard link made'],
    ] as const
  ).map(
    ([event, name, verb]) => [event, byPath, name, 9, `file ${verb}: ${PATH}`, { ...keys, ...path }] as const,
  ),
]);
