import { Buffer } from 'node:buffer';
import { catalogueEvent } from '../../../../test/scenario/catalogue_event.ts';
import { testFields } from '../../../../test/support/sigma_fields.ts';

const KERNEL_REGISTRY = '70eb4f03-c1de-4f73-a051-33d13d5413bd';
const RUN = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

testFields('registry_set', [
  {
    title: 'texts, numbers, bytes and nothing, as Sysmon writes them',
    story: (s) =>
      void s
        .process('C:\\a.exe')
        .setsRegistryValue(RUN, 'x', 'C:\\evil.exe')
        .setsRegistryValue(RUN, 'd', 1)
        .setsRegistryValue(RUN, 'b', Buffer.from([1, 2]))
        .setsRegistryValue(RUN, 'e', '')
        .setsRegistryValue(RUN, '', 'default'),
    records: [
      {
        TargetObject: `${RUN}\\x`,
        Details: 'C:\\evil.exe',
        EventType: 'SetValue',
        EventID: 13,
        Image: 'C:\\a.exe',
        NewName: undefined,
      },
      { TargetObject: `${RUN}\\d`, Details: 'DWORD (0x00000001)' },
      { TargetObject: `${RUN}\\b`, Details: 'Binary Data' },
      { TargetObject: `${RUN}\\e`, Details: '(Empty)' },
      { TargetObject: `${RUN}\\(Default)`, Details: 'default' },
    ],
  },
  {
    title: 'classes by both of their names, users by SID, a container by its own view',
    story: (s) => {
      s.process('C:\\a.exe').setsRegistryValue('HKLM\\SOFTWARE\\Classes\\ms-msdt\\shell', 'x', 'y');
      s.process({ commandLine: 'C:\\a.exe', in: s.container() }).setsRegistryValue(RUN, 'x', 'y');
    },
    records: [
      { TargetObject: ['HKLM\\SOFTWARE\\Classes\\ms-msdt\\shell\\x', 'HKCR\\ms-msdt\\shell\\x'] },
      { TargetObject: `${RUN}\\x` },
    ],
  },
]);

testFields('registry_event', [
  {
    title: 'what happens to keys and values',
    story: (s) =>
      void s
        .process('C:\\a.exe')
        .createsRegistryKey(RUN)
        .setsRegistryValue(RUN, 'x', 1)
        .deletesRegistryValue(RUN, 'x')
        .deletesRegistryKey(RUN),
    records: [
      { TargetObject: RUN, EventType: 'CreateKey', EventID: 12 },
      { TargetObject: `${RUN}\\x`, EventType: 'SetValue', EventID: 13 },
      { TargetObject: `${RUN}\\x`, EventType: 'DeleteValue', EventID: 12 },
      { TargetObject: RUN, EventType: 'DeleteKey', EventID: 12 },
    ],
  },
]);
testFields('registry_add', [
  {
    title: 'keys alone',
    story: (s) => void s.process('C:\\a.exe').createsRegistryKey(RUN).setsRegistryValue(RUN, 'x', 1),
    records: [{ TargetObject: RUN, EventType: 'CreateKey' }],
  },
]);
testFields('registry_add', [
  {
    title: 'not a key that was there already, nor one that could not be made',
    story: (s) => {
      const a = s.process('C:\\a.exe');
      const makes = { KeyObject: 0xffff_9a00_0000_0010n, RelativeName: '\\REGISTRY\\MACHINE\\SOFTWARE\\X' };
      catalogueEvent(a, KERNEL_REGISTRY, 1, { ...makes, Disposition: 2 });
      catalogueEvent(a, KERNEL_REGISTRY, 1, { ...makes, Status: 0xc0000022 });
      catalogueEvent(a, KERNEL_REGISTRY, 1, { ...makes, Disposition: 1 });
    },
    records: [{ TargetObject: 'HKLM\\SOFTWARE\\X' }],
  },
]);
testFields('registry_delete', [
  {
    title: 'keys and values',
    story: (s) => void s.process('C:\\a.exe').deletesRegistryValue(RUN, 'x').deletesRegistryKey(RUN),
    records: [
      { TargetObject: `${RUN}\\x`, EventType: 'DeleteValue' },
      { TargetObject: RUN, EventType: 'DeleteKey' },
    ],
  },
]);
