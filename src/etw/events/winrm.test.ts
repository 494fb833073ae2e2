import { testMappingRows } from '../../../test/support/mapped.ts';
import { winrm } from './winrm.ts';

const URI = 'http://schemas.microsoft.com/powershell/Microsoft.PowerShell';
const resource = { 'windows.winrm.resource_uri': URI };

testMappingRows(winrm, [
  [
    6,
    { connection: 'http://ws2:5985/wsman' },
    'winrm.session.start',
    9,
    'winrm session to http://ws2:5985/wsman',
    { 'windows.winrm.connection': 'http://ws2:5985/wsman' },
  ],
  [
    11,
    { resourceUri: URI, shellId: 'S1' },
    'winrm.shell.create',
    9,
    `winrm shell S1 made: ${URI}`,
    { ...resource, 'windows.winrm.shell_id': 'S1' },
  ],
  [91, { resourceUri: URI }, 'winrm.shell.accept', 9, `winrm makes a shell for a client: ${URI}`, resource],
  [
    142,
    { operationName: 'Enumerate', errorCode: 5 },
    'winrm.operation.fail',
    9,
    'winrm operation Enumerate failed (5)',
    { 'windows.winrm.operation': 'Enumerate', 'sigel.status': 5 },
  ],
  [
    161,
    { authFailureMessage: 'no' },
    'winrm.authentication.fail',
    13,
    'winrm authentication failed: no',
    { 'error.message': 'no' },
  ],
]);
