import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { accountPart, domainPart, field, socketAddress, socketPort, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const SERVER = field('ServerName', Attr.serverAddress);
const TO = [
  SERVER,
  field(['RemoteAddress', 'Address'], Attr.destinationAddress, socketAddress),
  field(['RemoteAddress', 'Address'], Attr.destinationPort, socketPort),
];
const FROM = [
  field('LocalAddress', Attr.sourceAddress, socketAddress),
  field('LocalAddress', Attr.sourcePort, socketPort),
];
const STATUS = field('Status', Attr.status, status);
const PROTECTED = [field('SigningUsed', Attr.smbSigned), field('EncryptionUsed', Attr.smbEncrypted)];
const USER = [field('UserName', Attr.userName, accountPart), field('UserName', Attr.userDomain, domainPart)];

const smb = (
  name: string,
  severity: SeverityNumber,
  body: string,
  fields: readonly FieldMapping[],
): EventMapping => ({ eventName: `smb.client.${name}`, severity, body: `smb client: ${body}`, fields });
const share = smb(
  'share.connect',
  Severity.info,
  'connected to a share of {server.address} at {destination.address}',
  [...TO, ...PROTECTED, STATUS],
);

/** Microsoft-Windows-SMBClient: the servers that this machine connects to, and what fails. */
export const smbClient: ProviderMapping = {
  guid: '988c59c5-0a1c-45b6-a555-0c62276e327d',
  name: 'Microsoft-Windows-SMBClient',
  notes: `\`server.address\` is the server's name as it was asked for; \`destination.address\` the one it was found at.`,
  keyedBy: 'id',
  events: {
    30803: smb(
      'connection.fail',
      Severity.info,
      'no connection to {server.address} at {destination.address} ({sigel.status})',
      [...TO, ...FROM, STATUS],
    ),
    30804: smb('connection.end', Severity.debug, '{server.address} disconnected ({sigel.status})', [
      ...TO,
      STATUS,
    ]),
    30806: smb('session.start', Severity.info, 'session with {server.address} at {destination.address}', [
      ...TO,
      ...PROTECTED,
      STATUS,
    ]),
    30808: share,
    30832: smb('connection.start', Severity.info, 'connected to {server.address} at {destination.address}', [
      ...TO,
      ...FROM,
    ]),
    30833: share,
    31001: smb(
      'authentication.fail',
      Severity.warn,
      'no logon of {user.name} at {server.address} ({sigel.status})',
      [SERVER, ...USER, STATUS],
    ),
    31010: smb('share.fail', Severity.info, 'no connection to {windows.share.name} ({sigel.status})', [
      field('ShareName', Attr.shareName),
      field('ObjectName', Attr.objectName),
      STATUS,
    ]),
    31013: smb('signature.fail', Severity.warn, 'an answer of {server.address} is not signed as it must be', [
      ...TO,
      ...FROM,
      STATUS,
    ]),
    31017: smb('guest.reject', Severity.warn, 'guest logon of {user.name} at {server.address} refused', [
      SERVER,
      ...USER,
    ]),
    31022: smb('guest.accept', Severity.warn, 'guest logon of {user.name} at {server.address} allowed', [
      SERVER,
      ...USER,
    ]),
  },
};
