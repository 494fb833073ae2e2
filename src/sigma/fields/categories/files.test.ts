import { testFields } from '../../../../test/support/sigma_fields.ts';

testFields('file_event', [
  {
    title: 'a new file, not one that is overwritten',
    story: (s) =>
      void s
        .process('C:\\a.exe -x')
        .writesFile('C:\\Windows\\Temp\\x.exe')
        .writesFile('C:\\Windows\\Temp\\x.exe', { isNew: false }),
    records: [
      { TargetFilename: 'C:\\Windows\\Temp\\x.exe', Image: 'C:\\a.exe', CommandLine: 'C:\\a.exe -x' },
    ],
  },
]);
testFields('file_delete', [
  {
    title: 'a file that is deleted, once',
    story: (s) => void s.process('C:\\a.exe').deletesFile('C:\\logs\\a.evtx'),
    records: [{ TargetFilename: 'C:\\logs\\a.evtx', Image: 'C:\\a.exe' }],
  },
]);
testFields('file_rename', [
  {
    title: 'a file by both names',
    story: (s) => void s.process('C:\\a.exe').renamesFile('C:\\t\\a.txt', 'C:\\t\\a.exe'),
    records: [{ SourceFilename: 'C:\\t\\a.txt', TargetFilename: 'C:\\t\\a.exe', Image: 'C:\\a.exe' }],
  },
]);
testFields('file_access', [
  {
    title: 'a file that is read',
    story: (s) => void s.process('C:\\a.exe').readsFile('C:\\Users\\a\\Login Data'),
    records: [{ FileName: 'C:\\Users\\a\\Login Data', Image: 'C:\\a.exe' }],
  },
]);
testFields('create_stream_hash', [
  {
    title: 'a stream, not a file',
    story: (s) => void s.process('C:\\a.exe').writesFile('C:\\x\\a.txt').writesFile('C:\\x\\a.txt:evil.exe'),
    records: [{ TargetFilename: 'C:\\x\\a.txt:evil.exe', Image: 'C:\\a.exe', Contents: undefined }],
  },
]);
