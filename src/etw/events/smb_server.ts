import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import {
  accountPart,
  address,
  domainPart,
  field,
  socketAddress,
  socketPort,
  status,
  text,
} from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const CONNECTION = field('ConnectionGUID', Attr.smbConnection);
const SESSION = [field('SessionGUID', Attr.smbSession), CONNECTION];
const TREE = [field('TreeConnectGUID', Attr.smbTree), ...SESSION];
const FROM = [
  field(['ClientAddress', 'Address'], Attr.sourceAddress, socketAddress),
  field(['ClientAddress', 'Address'], Attr.sourcePort, socketPort),
];
const CLIENT = [...FROM, field('ClientName', Attr.smbClient)];
const USER = [field('UserName', Attr.userName, accountPart), field('UserName', Attr.userDomain, domainPart)];
const STATUS = field('Status', Attr.status, status);
const SHARE = field('ShareName', Attr.shareName);
const SHARE_AT = [SHARE, field(['SharePath', 'PathName'], Attr.sharePath)];

const smb = (
  name: string,
  severity: SeverityNumber,
  body: string,
  fields: readonly FieldMapping[],
): EventMapping => ({ eventName: `smb.server.${name}`, severity, body: `smb server: ${body}`, fields });

const NOTES = `What this machine serves. A connection, its sessions and what they open have the same \`windows.smb.*.id\`, so that a file
leads to the user and the client's address.`;

/** Microsoft-Windows-SMBServer: clients, their logons, and the shares and files they open. */
export const smbServer: ProviderMapping = {
  guid: 'd48ce617-33a2-4bc3-a5c7-11aa4f29619e',
  name: 'Microsoft-Windows-SMBServer',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    500: smb('connection.accept', Severity.info, '{source.address} connects', [CONNECTION, ...FROM]),
    501: smb('connection.end', Severity.debug, '{source.address} disconnects', [CONNECTION, ...FROM]),
    551: smb(
      'authentication.fail',
      Severity.warn,
      'logon of {user.name} from {source.address} failed ({sigel.status})',
      [...SESSION, STATUS, ...CLIENT, ...USER],
    ),
    552: smb('session.start', Severity.info, 'logon of {user.domain}\\{user.name}', [
      ...SESSION,
      field('UserName', Attr.userName, text),
      field('DomainName', Attr.userDomain, text),
    ]),
    600: smb('share.open', Severity.info, 'share {windows.share.name} opened', [...TREE, SHARE]),
    650: smb('file.open', Severity.debug, '{sigel.object.name} opened', [
      ...TREE,
      field('Name', Attr.objectName),
      field('DesiredAccess', Attr.accessMask, address),
    ]),
    700: smb('share.add', Severity.info, 'share {windows.share.name} of {windows.share.path} made', SHARE_AT),
    701: smb(
      'share.change',
      Severity.info,
      'share {windows.share.name} of {windows.share.path} changed',
      SHARE_AT,
    ),
    702: smb('share.delete', Severity.info, 'share {windows.share.name} deleted', [SHARE]),
    1006: smb(
      'share.deny',
      Severity.warn,
      '{user.name} from {source.address} may not use share {windows.share.name}',
      [...SHARE_AT, ...CLIENT, ...USER, STATUS],
    ),
    1007: smb(
      'share.deny_anonymous',
      Severity.warn,
      'anonymous use of share {windows.share.name} from {source.address} refused',
      [...SHARE_AT, ...CLIENT],
    ),
    1009: smb('session.deny_anonymous', Severity.warn, 'anonymous logon from {source.address} refused', [
      ...SESSION,
      ...CLIENT,
    ]),
    3000: smb('smb1.access', Severity.info, '{windows.smb.client} uses SMB1', [
      field('ClientName', Attr.smbClient),
    ]),
  },
};
