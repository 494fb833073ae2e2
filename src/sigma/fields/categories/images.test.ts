import { catalogueEvent } from '../../../../test/scenario/catalogue_event.ts';
import { testFields } from '../../../../test/support/sigma_fields.ts';

const KERNEL_PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';

testFields('image_load', [
  {
    title: 'a library and the process that loads it',
    story: (s) => void s.process('C:\\a.exe -x').loads('C:\\Windows\\System32\\amsi.dll'),
    records: [
      {
        ImageLoaded: 'C:\\Windows\\System32\\amsi.dll',
        Image: 'C:\\a.exe',
        CommandLine: 'C:\\a.exe -x',
        Signed: undefined,
        SignatureStatus: undefined,
      },
    ],
  },
]);

testFields('driver_load', [
  {
    title: 'an image of the kernel, not a library of its process',
    story: (s) => {
      const system = s.process({ commandLine: 'System', pid: 4 });
      system.loads('C:\\Windows\\System32\\ntdll.dll');
      catalogueEvent(system, KERNEL_PROCESS, 5, {
        ImageBase: 0xffff_f800_1234_0000n,
        ProcessID: 4,
        ImageName: '\\SystemRoot\\System32\\drivers\\evil.sys',
      });
    },
    records: [{ ImageLoaded: 'C:\\Windows\\System32\\drivers\\evil.sys', Hashes: undefined }],
  },
]);
