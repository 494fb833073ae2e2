import { testFields } from '../../../../test/support/sigma_fields.ts';

const USER = 'S-1-5-18';

testFields('process_creation', [
  {
    title: 'a process of the host, with parent and grandparent',
    story: (s) => {
      const explorer = s.process({ commandLine: 'C:\\Windows\\explorer.exe', user: USER });
      const cmd = explorer.starts('C:\\Windows\\System32\\cmd.exe /c whoami');
      cmd.starts('C:\\Windows\\System32\\whoami.exe /all');
    },
    records: [
      { Image: 'C:\\Windows\\System32\\cmd.exe', ParentImage: 'C:\\Windows\\explorer.exe' },
      {
        Image: 'C:\\Windows\\System32\\whoami.exe',
        CommandLine: 'C:\\Windows\\System32\\whoami.exe /all',
        ParentImage: 'C:\\Windows\\System32\\cmd.exe',
        ParentCommandLine: 'C:\\Windows\\System32\\cmd.exe /c whoami',
        GrandParentImage: 'C:\\Windows\\explorer.exe',
        User: 'NT AUTHORITY\\SYSTEM',
        ParentUser: 'NT AUTHORITY\\SYSTEM',
        LogonId: '0x3e7',
        IntegrityLevel: 'system',
        OriginalFileName: undefined,
        CurrentDirectory: undefined,
      },
    ],
  },
  {
    title: 'a process of a container, by its own paths and account',
    story: (s) => {
      const w3wp = s.process({
        commandLine: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        in: s.container(),
        user: 'S-1-5-93-2-1',
      });
      w3wp.starts('C:\\Windows\\System32\\cmd.exe /c dir');
    },
    records: [
      {
        Image: 'C:\\Windows\\System32\\cmd.exe',
        ParentImage: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        User: 'User Manager\\ContainerAdministrator',
        LogonId: undefined,
      },
    ],
  },
  {
    title: 'without the kernel logger there is neither command line nor user',
    scenario: { kernel: 'none' },
    story: (s) => void s.process('C:\\a.exe').starts('C:\\Windows\\System32\\cmd.exe /c dir'),
    records: [{ Image: 'C:\\Windows\\System32\\cmd.exe', CommandLine: undefined, User: undefined }],
  },
]);

testFields('process_termination', [
  {
    title: 'a process that ends',
    story: (s) => s.process('C:\\a.exe').starts('C:\\b.exe -x').exits(),
    records: [{ Image: 'C:\\b.exe', CommandLine: 'C:\\b.exe -x', ParentImage: 'C:\\a.exe' }],
  },
]);

testFields('create_remote_thread', [
  {
    title: 'who made it, and in whom',
    story: (s) => {
      const parent = s.process('C:\\p.exe');
      parent.starts('C:\\inject.exe -p').startsThreadIn(s.process('C:\\Windows\\System32\\notepad.exe'));
    },
    records: [
      {
        SourceImage: 'C:\\inject.exe',
        SourceCommandLine: 'C:\\inject.exe -p',
        SourceParentImage: 'C:\\p.exe',
        TargetImage: 'C:\\Windows\\System32\\notepad.exe',
        StartModule: undefined,
      },
    ],
  },
  {
    title: 'threads of a process itself are none',
    scenario: { threads: true },
    story: (s) => void s.process('C:\\a.exe').starts('C:\\b.exe'),
    records: [],
  },
]);
