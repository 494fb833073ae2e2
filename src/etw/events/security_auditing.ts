import type { SeverityNumber } from '@opentelemetry/api';
import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import {
  address,
  baseName,
  dashText,
  field,
  integrityLevel,
  otherProcessId,
  status,
  textNumber,
} from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';
import { serviceStartType } from './services.ts';

const SUBJECT = [
  field('SubjectUserSid', Attr.userId),
  field('SubjectUserName', Attr.userName, dashText),
  field('SubjectDomainName', Attr.userDomain, dashText),
  field('SubjectLogonId', Attr.logonId, address),
];
const TARGET_NAME = [
  field('TargetUserName', Attr.targetUserName, dashText),
  field('TargetDomainName', Attr.targetUserDomain, dashText),
];
const TARGET = [
  ...TARGET_NAME,
  field('TargetUserSid', Attr.targetUserId),
  field('TargetLogonId', Attr.targetLogonId, address),
];
const ACCOUNT = [...SUBJECT, ...TARGET_NAME, field('TargetSid', Attr.targetUserId)];
const MEMBER = [...ACCOUNT, field('MemberSid', Attr.groupMemberId)];
const FROM = [field('IpAddress', Attr.sourceAddress, dashText), field('IpPort', Attr.sourcePort, textNumber)];
const executable = (pid: string, name: string): FieldMapping[] => [
  field(pid, Attr.processPid, otherProcessId),
  field(name, Attr.processExecutablePath, dashText),
  field(name, Attr.processExecutableName, fileName),
];
const PROCESS = executable('ProcessId', 'ProcessName');
const CLIENT = [field('ClientProcessId', Attr.processPid, otherProcessId)];
const STATUS = field('Status', Attr.status, status);
const LOGON = [
  ...SUBJECT,
  ...TARGET,
  ...FROM,
  ...PROCESS,
  field('LogonType', Attr.logonType),
  field('LogonProcessName', Attr.logonProcess, dashText),
  field('AuthenticationPackageName', Attr.authenticationPackage, dashText),
  field('WorkstationName', Attr.workstation, dashText),
];
const OBJECT = [
  ...SUBJECT,
  ...PROCESS,
  field('ObjectType', Attr.objectType, dashText),
  field('ObjectName', Attr.objectName, dashText),
  field('AccessMask', Attr.accessMask, address),
];
const SHARE = [
  ...SUBJECT,
  ...FROM,
  field('ShareName', Attr.shareName),
  field('AccessMask', Attr.accessMask, address),
];
const task = (content: string): FieldMapping[] => [
  ...SUBJECT,
  ...CLIENT,
  field('TaskName', Attr.taskName),
  field(content, Attr.taskContent),
];
const TICKET = [...TARGET_NAME, ...FROM, STATUS, field('ServiceName', Attr.kerberosService)];
const end = (
  side: 'Source' | 'Dest',
  to: AttributeKey<string>,
  port: AttributeKey<number>,
): FieldMapping[] => [field(`${side}Address`, to, dashText), field(`${side}Port`, port, textNumber)];

function fileName(value: Parameters<typeof baseName>[0]): string | undefined {
  return value === '-' ? undefined : baseName(value);
}

const audit = (
  id: number,
  body: string,
  fields: readonly FieldMapping[],
  severity: SeverityNumber = Severity.info,
): [number, EventMapping] => {
  const learned = fields.some(({ to }) => to === Attr.processExecutablePath)
    ? { learned: [Attr.ntPath] }
    : {};
  return [id, { eventName: `windows.audit.${id}`, severity, body, fields, ...learned }];
};

const TO = '{user.target.domain}\\{user.target.name}';
const BY = '{user.domain}\\{user.name}';
const NOTES = `The Security log's events by their ids, those that are asked for most; others keep their payload as \`etw.event.data\`.
\`user.*\` is who acts (Subject), \`user.target.*\` whom it is about. 4688 is about the new process. A process's path is shown as
the process sees it.
The log's clearing (1102) and a service's installation as the System log has it (7045) come from providers that are not shipped.`;

/** Microsoft-Windows-Security-Auditing. */
export const securityAuditing: ProviderMapping = {
  guid: '54849625-5478-4994-a5ba-3e3b0328c30d',
  name: 'Microsoft-Windows-Security-Auditing',
  notes: NOTES,
  keyedBy: 'id',
  events: Object.fromEntries([
    audit(4624, `logon of ${TO}, type {windows.logon.type}, from {source.address}`, LOGON),
    audit(
      4625,
      `logon of ${TO} failed ({sigel.status}), type {windows.logon.type}, from {source.address}`,
      [...LOGON.filter(({ to }) => to !== Attr.targetLogonId), STATUS],
      Severity.warn,
    ),
    audit(4634, `logoff of ${TO}`, [...TARGET, field('LogonType', Attr.logonType)]),
    audit(4647, `logoff by ${TO}`, TARGET),
    audit(4648, `${BY} logs on as ${TO}`, [...SUBJECT, ...TARGET_NAME, ...FROM, ...PROCESS]),
    audit(4656, `${BY} asks for {sigel.object.name}`, OBJECT),
    audit(4663, `${BY} uses {sigel.object.name}`, OBJECT),
    audit(4672, `${BY} has special privileges`, [...SUBJECT, field('PrivilegeList', Attr.privileges)]),
    audit(4688, 'process started: {process.command_line|process.executable.path} (pid {process.pid})', [
      ...SUBJECT,
      ...TARGET,
      ...executable('NewProcessId', 'NewProcessName'),
      field('ProcessId', Attr.processParentPid, otherProcessId),
      field('CommandLine', Attr.processCommandLine),
      field('MandatoryLabel', Attr.windowsIntegrityLevel, integrityLevel),
    ]),
    audit(4689, 'process exited: {process.executable.path} (pid {process.pid}, code {process.exit.code})', [
      ...SUBJECT,
      ...PROCESS,
      field('Status', Attr.processExitCode, status),
    ]),
    audit(
      4697,
      `service {windows.service.name} installed by ${BY}: {windows.service.image_path}`,
      [
        ...SUBJECT,
        ...CLIENT,
        field('ServiceName', Attr.windowsServiceName),
        field('ServiceFileName', Attr.windowsServiceImage),
        field('ServiceStartType', Attr.windowsServiceStartType, serviceStartType),
        field('ServiceAccount', Attr.windowsServiceAccount),
      ],
      Severity.warn,
    ),
    audit(4698, `scheduled task {windows.task.name} made by ${BY}`, task('TaskContent')),
    audit(4699, `scheduled task {windows.task.name} deleted by ${BY}`, task('TaskContent')),
    audit(4700, `scheduled task {windows.task.name} enabled by ${BY}`, task('TaskContent')),
    audit(4701, `scheduled task {windows.task.name} disabled by ${BY}`, task('TaskContent')),
    audit(4702, `scheduled task {windows.task.name} changed by ${BY}`, task('TaskContentNew')),
    audit(4703, `privileges of ${TO} changed by ${BY}`, [
      ...SUBJECT,
      ...TARGET,
      ...PROCESS,
      field('EnabledPrivilegeList', Attr.privileges, dashText),
    ]),
    audit(
      4719,
      `audit policy changed by ${BY}`,
      [...SUBJECT, ...CLIENT, field('SubcategoryGuid', Attr.auditPolicy)],
      Severity.warn,
    ),
    audit(4720, `account ${TO} made by ${BY}`, ACCOUNT),
    audit(4728, `${BY} adds {windows.group.member_id} to ${TO}`, MEMBER),
    audit(4732, `${BY} adds {windows.group.member_id} to ${TO}`, MEMBER),
    audit(4768, `Kerberos ticket for ${TO} ({sigel.status})`, [
      ...TICKET,
      field('TargetSid', Attr.targetUserId),
    ]),
    audit(4769, `Kerberos service ticket for ${TO}: {windows.kerberos.service} ({sigel.status})`, TICKET),
    audit(4776, 'credentials of {user.target.name} checked ({sigel.status})', [
      field('TargetUserName', Attr.targetUserName),
      field('Workstation', Attr.workstation, dashText),
      STATUS,
    ]),
    audit(5140, `${BY} uses share {windows.share.name} from {source.address}`, SHARE),
    audit(5145, `${BY} uses {sigel.object.name} of share {windows.share.name} from {source.address}`, [
      ...SHARE,
      field('RelativeTargetName', Attr.objectName, dashText),
    ]),
    audit(5156, 'connection {source.address}:{source.port} -> {destination.address}:{destination.port}', [
      ...executable('ProcessID', 'Application'),
      ...end('Source', Attr.sourceAddress, Attr.sourcePort),
      ...end('Dest', Attr.destinationAddress, Attr.destinationPort),
    ]),
  ]),
};
