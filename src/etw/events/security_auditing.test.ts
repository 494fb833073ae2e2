import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { securityAuditing } from './security_auditing.ts';

const subject = {
  SubjectUserSid: 'S-1-5-18',
  SubjectUserName: 'WS1$',
  SubjectDomainName: 'CORP',
  SubjectLogonId: 0x3e7,
};
const by = { 'user.id': 'S-1-5-18', 'user.name': 'WS1$', 'user.domain': 'CORP', 'windows.logon.id': '0x3e7' };
const target = {
  TargetUserSid: 'S-1-5-21-1',
  TargetUserName: 'amy',
  TargetDomainName: 'CORP',
  TargetLogonId: 0x1f,
};
const named = { 'user.target.name': 'amy', 'user.target.domain': 'CORP' };
const on = { ...named, 'user.target.id': 'S-1-5-21-1', 'windows.target_logon.id': '0x1f' };
const account = { ...subject, TargetUserName: 'amy', TargetDomainName: 'CORP', TargetSid: 'S-1-5-21-1' };
const accountTold = { ...by, ...named, 'user.target.id': 'S-1-5-21-1' };
const process = { ProcessId: 900, ProcessName: 'C:\\p.exe' };
const made = {
  'process.pid': 900,
  'process.executable.path': 'C:\\p.exe',
  'process.executable.name': 'p.exe',
};
const from = { IpAddress: '10.0.0.9', IpPort: '50123' };
const at = { 'source.address': '10.0.0.9', 'source.port': 50123 };
const logon = {
  ...subject,
  ...target,
  ...process,
  ...from,
  LogonType: 3,
  LogonProcessName: 'NtLmSsp',
  AuthenticationPackageName: 'NTLM',
  WorkstationName: '-',
};
const logonTold = {
  ...by,
  ...on,
  ...made,
  ...at,
  'windows.logon.type': 3,
  'windows.logon.process': 'NtLmSsp',
  'windows.logon.authentication_package': 'NTLM',
};
const object = { ...subject, ...process, ObjectType: 'File', ObjectName: 'C:\\secret', AccessMask: 1 };
const objectTold = {
  ...by,
  ...made,
  'sigel.object.type': 'File',
  'sigel.object.name': 'C:\\secret',
  'sigel.access.mask': '0x1',
};
const task = {
  ...subject,
  ClientProcessId: 900,
  TaskName: '\\T',
  TaskContent: '<a/>',
  TaskContentNew: '<a/>',
};
const taskTold = { ...by, 'process.pid': 900, 'windows.task.name': '\\T', 'windows.task.content': '<a/>' };
const member = { ...account, MemberSid: 'S-1-5-21-2' };
const memberTold = { ...accountTold, 'windows.group.member_id': 'S-1-5-21-2' };
const share = { ...subject, ...from, ShareName: '\\\\*\\C$', AccessMask: 1 };
const shareTold = { ...by, ...at, 'windows.share.name': '\\\\*\\C$', 'sigel.access.mask': '0x1' };
const ticket = { TargetUserName: 'amy', TargetDomainName: 'CORP', ...from, Status: 0, ServiceName: 'krbtgt' };
const ticketTold = { ...named, ...at, 'sigel.status': 0, 'windows.kerberos.service': 'krbtgt' };

const row = (
  id: number,
  body: string,
  payload: MappedRow[1],
  attributes: MappedRow[5],
  severity = 9,
): MappedRow => [id, payload, `windows.audit.${id}`, severity, body, attributes];

testMappingRows(securityAuditing, [
  row(4624, 'logon of CORP\\amy, type 3, from 10.0.0.9', logon, logonTold),
  row(
    4624,
    'logon of CORP\\amy, type 5, from ?',
    { ...subject, ...target, LogonType: 5, ProcessId: 0, ProcessName: '-', IpAddress: '-', IpPort: '-' },
    { ...by, ...on, 'windows.logon.type': 5 },
  ),
  row(
    4625,
    'logon of CORP\\amy failed (3221225581), type 3, from 10.0.0.9',
    { ...logon, TargetLogonId: undefined, Status: -1073741715 },
    { ...logonTold, 'windows.target_logon.id': undefined, 'sigel.status': 0xc000006d },
    13,
  ),
  row(4634, 'logoff of CORP\\amy', { ...target, LogonType: 3 }, { ...on, 'windows.logon.type': 3 }),
  row(4647, 'logoff by CORP\\amy', target, on),
  row(
    4648,
    'CORP\\WS1$ logs on as CORP\\amy',
    { ...logon, TargetUserSid: undefined, TargetLogonId: undefined },
    { ...by, ...named, ...made, ...at },
  ),
  row(4656, 'CORP\\WS1$ asks for C:\\secret', object, objectTold),
  row(4663, 'CORP\\WS1$ uses C:\\secret', object, objectTold),
  row(
    4672,
    'CORP\\WS1$ has special privileges',
    { ...subject, PrivilegeList: 'SeDebugPrivilege' },
    { ...by, 'windows.privileges': 'SeDebugPrivilege' },
  ),
  row(
    4688,
    'process started: p /x (pid 4242)',
    {
      ...subject,
      ...target,
      NewProcessId: 4242,
      NewProcessName: 'C:\\p.exe',
      ProcessId: 900,
      CommandLine: 'p /x',
      MandatoryLabel: 'S-1-16-12288',
    },
    {
      ...by,
      ...on,
      ...made,
      'process.pid': 4242,
      'process.parent_pid': 900,
      'process.command_line': 'p /x',
      'windows.integrity_level': 'high',
    },
  ),
  row(
    4689,
    'process exited: C:\\p.exe (pid 900, code 1)',
    { ...subject, ...process, Status: 1 },
    { ...by, ...made, 'process.exit.code': 1 },
  ),
  row(
    4697,
    'service S installed by CORP\\WS1$: C:\\s.exe',
    {
      ...subject,
      ServiceName: 'S',
      ServiceFileName: 'C:\\s.exe',
      ServiceStartType: 2,
      ServiceAccount: 'LocalSystem',
      ClientProcessId: 900,
    },
    {
      ...by,
      'process.pid': 900,
      'windows.service.name': 'S',
      'windows.service.image_path': 'C:\\s.exe',
      'windows.service.start_type': 'auto',
      'windows.service.account': 'LocalSystem',
    },
    13,
  ),
  row(4698, 'scheduled task \\T made by CORP\\WS1$', task, taskTold),
  row(4699, 'scheduled task \\T deleted by CORP\\WS1$', task, taskTold),
  row(4700, 'scheduled task \\T enabled by CORP\\WS1$', task, taskTold),
  row(4701, 'scheduled task \\T disabled by CORP\\WS1$', task, taskTold),
  row(4702, 'scheduled task \\T changed by CORP\\WS1$', task, taskTold),
  row(
    4703,
    'privileges of CORP\\amy changed by CORP\\WS1$',
    { ...subject, ...target, ...process, EnabledPrivilegeList: 'SeDebugPrivilege' },
    { ...by, ...on, ...made, 'windows.privileges': 'SeDebugPrivilege' },
  ),
  row(
    4719,
    'audit policy changed by CORP\\WS1$',
    { ...subject, SubcategoryGuid: 'g1', ClientProcessId: 900 },
    { ...by, 'process.pid': 900, 'windows.audit_policy.subcategory': 'g1' },
    13,
  ),
  row(4720, 'account CORP\\amy made by CORP\\WS1$', account, accountTold),
  row(4728, 'CORP\\WS1$ adds S-1-5-21-2 to CORP\\amy', member, memberTold),
  row(4732, 'CORP\\WS1$ adds S-1-5-21-2 to CORP\\amy', member, memberTold),
  row(
    4768,
    'Kerberos ticket for CORP\\amy (0)',
    { ...ticket, TargetSid: 'S-1-5-21-1' },
    { ...ticketTold, 'user.target.id': 'S-1-5-21-1' },
  ),
  row(4769, 'Kerberos service ticket for CORP\\amy: krbtgt (0)', ticket, ticketTold),
  row(
    4776,
    'credentials of amy checked (3221225578)',
    { TargetUserName: 'amy', Workstation: 'WS1', Status: -1073741718 },
    { 'user.target.name': 'amy', 'windows.logon.workstation': 'WS1', 'sigel.status': 0xc000006a },
  ),
  row(5140, 'CORP\\WS1$ uses share \\\\*\\C$ from 10.0.0.9', share, shareTold),
  row(
    5145,
    'CORP\\WS1$ uses a.exe of share \\\\*\\C$ from 10.0.0.9',
    { ...share, RelativeTargetName: 'a.exe' },
    { ...shareTold, 'sigel.object.name': 'a.exe' },
  ),
  row(
    5156,
    'connection 10.0.0.1:50000 -> 10.0.0.9:443',
    {
      ProcessID: 900,
      Application: '\\device\\harddiskvolume3\\p.exe',
      SourceAddress: '10.0.0.1',
      SourcePort: '50000',
      DestAddress: '10.0.0.9',
      DestPort: '443',
    },
    {
      ...made,
      'process.executable.path': '\\device\\harddiskvolume3\\p.exe',
      'source.address': '10.0.0.1',
      'source.port': 50000,
      'destination.address': '10.0.0.9',
      'destination.port': 443,
    },
  ),
]);
