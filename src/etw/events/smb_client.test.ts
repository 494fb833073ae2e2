import { testMappingRows } from '../../../test/support/mapped.ts';
import { smbClient } from './smb_client.ts';

const server = { ServerName: 'files.corp' };
const remote = { ...server, RemoteAddress: '192.0.2.5:445', LocalAddress: '192.0.2.9:50123' };
const old = { ...server, Address: '192.0.2.5:445' };
const to = { 'server.address': 'files.corp', 'destination.address': '192.0.2.5', 'destination.port': 445 };
const both = { ...to, 'source.address': '192.0.2.9', 'source.port': 50123 };
const ann = { 'user.name': 'ann', 'user.domain': 'CORP' };
const guarded = { SigningUsed: true, EncryptionUsed: false };
const shown = { 'windows.smb.signed': true, 'windows.smb.encrypted': false };
const at = { 'server.address': 'files.corp' };

testMappingRows(smbClient, [
  [
    30803,
    { Status: 0xc00000b5, ...remote },
    'smb.client.connection.fail',
    9,
    'smb client: no connection to files.corp at 192.0.2.5 (3221225653)',
    { ...both, 'sigel.status': 0xc00000b5 },
  ],
  [
    30804,
    { Status: 0xc000020c, ...old },
    'smb.client.connection.end',
    5,
    'smb client: files.corp disconnected (3221225996)',
    { ...to, 'sigel.status': 0xc000020c },
  ],
  [
    30806,
    { Status: 0, ...old, ...guarded },
    'smb.client.session.start',
    9,
    'smb client: session with files.corp at 192.0.2.5',
    { ...to, ...shown, 'sigel.status': 0 },
  ],
  [
    30808,
    { Status: 0, ...old },
    'smb.client.share.connect',
    9,
    'smb client: connected to a share of files.corp at 192.0.2.5',
    { ...to, 'sigel.status': 0 },
  ],
  [30832, remote, 'smb.client.connection.start', 9, 'smb client: connected to files.corp at 192.0.2.5', both],
  [
    30833,
    { Status: 0, ...old, ...guarded },
    'smb.client.share.connect',
    9,
    'smb client: connected to a share of files.corp at 192.0.2.5',
    { ...to, ...shown, 'sigel.status': 0 },
  ],
  [
    31001,
    { Status: 0xc000006d, ...server, UserName: 'CORP\\ann' },
    'smb.client.authentication.fail',
    13,
    'smb client: no logon of ann at files.corp (3221225581)',
    { ...at, ...ann, 'sigel.status': 0xc000006d },
  ],
  [
    31010,
    { Status: 0xc0000022, ShareName: '\\files.corp\\data', ObjectName: 'x' },
    'smb.client.share.fail',
    9,
    'smb client: no connection to \\files.corp\\data (3221225506)',
    {
      'windows.share.name': '\\files.corp\\data',
      'sigel.object.name': 'x',
      'sigel.status': 0xc0000022,
    },
  ],
  [
    31013,
    { ...remote, Status: 0xc000a000 },
    'smb.client.signature.fail',
    13,
    'smb client: an answer of files.corp is not signed as it must be',
    { ...both, 'sigel.status': 0xc000a000 },
  ],
  [
    31017,
    { UserName: 'CORP\\ann', ...server },
    'smb.client.guest.reject',
    13,
    'smb client: guest logon of ann at files.corp refused',
    { ...at, ...ann },
  ],
  [
    31022,
    { UserName: 'CORP\\ann', ...server },
    'smb.client.guest.accept',
    13,
    'smb client: guest logon of ann at files.corp allowed',
    { ...at, ...ann },
  ],
]);
