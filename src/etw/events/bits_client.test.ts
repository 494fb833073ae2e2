import { testMappingRows } from '../../../test/support/mapped.ts';
import { bitsClient } from './bits_client.ts';

const ID = '0a1b2c3d-0000-0000-0000-000000000001';
const job = { jobTitle: 'Update', jobId: ID, jobOwner: 'CORP\\amy', fileCount: 1, bytesTransferred: 100 };
const of = { 'windows.bits.job.id': ID, 'windows.bits.job.title': 'Update' };
const owned = { ...of, 'user.name': 'amy', 'user.domain': 'CORP' };
const transfer = { name: 'Update', Id: ID, url: 'http://x/a', hr: 0, bytesTransferred: 100 };
const sent = { ...of, 'url.full': 'http://x/a' };
const done = { ...sent, 'windows.bits.bytes_transferred': 100 };

testMappingRows(bitsClient, [
  [
    3,
    { ...job, processPath: 'C:\\p.exe', processId: 900 },
    'bits.job.create',
    9,
    'bits job Update made by C:\\p.exe',
    { ...owned, 'process.pid': 900, 'process.executable.path': 'C:\\p.exe' },
  ],
  // Version 1 does not tell which process.
  [3, job, 'bits.job.create', 9, 'bits job Update made by amy', owned],
  [
    4,
    job,
    'bits.job.complete',
    9,
    'bits job Update complete',
    { ...owned, 'windows.bits.job.files': 1, 'windows.bits.bytes_transferred': 100 },
  ],
  [
    5,
    { ...job, processId: 900 },
    'bits.job.cancel',
    9,
    'bits job Update cancelled',
    { ...owned, 'process.pid': 900, 'windows.bits.job.files': 1 },
  ],
  [
    6,
    { jobId: ID, jobOwner: 'CORP\\amy', program: 'C:\\evil.exe' },
    'bits.job.notify',
    9,
    `bits job ${ID} runs C:\\evil.exe`,
    {
      'windows.bits.job.id': ID,
      'user.name': 'amy',
      'user.domain': 'CORP',
      'sigel.object.name': 'C:\\evil.exe',
    },
  ],
  [59, transfer, 'bits.transfer.start', 9, 'bits transfer of http://x/a started', sent],
  [
    60,
    transfer,
    'bits.transfer.stop',
    9,
    'bits transfer of http://x/a ended (0)',
    { ...done, 'sigel.status': 0 },
  ],
  [
    61,
    { ...transfer, hr: -2145386481 },
    'bits.transfer.fail',
    9,
    'bits transfer of http://x/a failed (2149580815)',
    { ...done, 'sigel.status': 2149580815 },
  ],
]);
