import { testMappingRows } from '../../../test/support/mapped.ts';
import { smbServer } from './smb_server.ts';

const ids = {
  TreeConnectGUID: '33333333-0000-0000-0000-000000000000',
  SessionGUID: '22222222-0000-0000-0000-000000000000',
  ConnectionGUID: '11111111-0000-0000-0000-000000000000',
};
const connection = { 'windows.smb.connection.id': ids.ConnectionGUID };
const session = { ...connection, 'windows.smb.session.id': ids.SessionGUID };
const tree = { ...session, 'windows.smb.tree_connect.id': ids.TreeConnectGUID };
const client = { ClientAddress: '192.0.2.9:50123', ClientName: '\\\\192.0.2.9' };
const from = { 'source.address': '192.0.2.9', 'source.port': 50123 };
const named = { ...from, 'windows.smb.client': '\\\\192.0.2.9' };
const ann = { 'user.name': 'ann', 'user.domain': 'CORP' };
const share = { ShareName: 'data', SharePath: 'D:\\data' };
const shared = { 'windows.share.name': 'data', 'windows.share.path': 'D:\\data' };
const added = { ShareName: 'data', ServerName: '*', PathName: 'D:\\data' };

testMappingRows(smbServer, [
  [
    500,
    { ...ids, Address: '[2001:db8::9]:50123' },
    'smb.server.connection.accept',
    9,
    'smb server: 2001:db8::9 connects',
    { ...connection, 'source.address': '2001:db8::9', 'source.port': 50123 },
  ],
  // An address of another family is left out.
  [
    501,
    { ...ids, Address: Uint8Array.of(1, 2, 3) },
    'smb.server.connection.end',
    5,
    'smb server: ? disconnects',
    connection,
  ],
  [
    551,
    { ...ids, Status: 0xc000006d, ...client, UserName: 'CORP\\ann' },
    'smb.server.authentication.fail',
    13,
    'smb server: logon of ann from 192.0.2.9 failed (3221225581)',
    { ...session, ...named, ...ann, 'sigel.status': 0xc000006d },
  ],
  [
    552,
    { ...ids, UserName: 'ann', DomainName: 'CORP' },
    'smb.server.session.start',
    9,
    'smb server: logon of CORP\\ann',
    { ...session, ...ann },
  ],
  [
    600,
    { ...ids, ShareName: '\\\\SRV\\data' },
    'smb.server.share.open',
    9,
    'smb server: share \\\\SRV\\data opened',
    { ...tree, 'windows.share.name': '\\\\SRV\\data' },
  ],
  [
    650,
    { ...ids, Name: 'plans\\x.docx', DesiredAccess: 0x120089 },
    'smb.server.file.open',
    5,
    'smb server: plans\\x.docx opened',
    { ...tree, 'sigel.object.name': 'plans\\x.docx', 'sigel.access.mask': '0x120089' },
  ],
  [700, added, 'smb.server.share.add', 9, 'smb server: share data of D:\\data made', shared],
  [701, added, 'smb.server.share.change', 9, 'smb server: share data of D:\\data changed', shared],
  [
    702,
    { ShareName: 'data', ServerName: '*' },
    'smb.server.share.delete',
    9,
    'smb server: share data deleted',
    { 'windows.share.name': 'data' },
  ],
  [
    1006,
    { ...share, ...client, UserName: 'CORP\\ann', Status: 0xc0000022 },
    'smb.server.share.deny',
    13,
    'smb server: ann from 192.0.2.9 may not use share data',
    { ...shared, ...named, ...ann, 'sigel.status': 0xc0000022 },
  ],
  [
    1007,
    { ...share, ...client },
    'smb.server.share.deny_anonymous',
    13,
    'smb server: anonymous use of share data from 192.0.2.9 refused',
    { ...shared, ...named },
  ],
  [
    1009,
    { ...client, ...ids },
    'smb.server.session.deny_anonymous',
    13,
    'smb server: anonymous logon from 192.0.2.9 refused',
    { ...session, ...named },
  ],
  [
    3000,
    { ClientName: '192.0.2.9' },
    'smb.server.smb1.access',
    9,
    'smb server: 192.0.2.9 uses SMB1',
    { 'windows.smb.client': '192.0.2.9' },
  ],
]);
