import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field, status } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

const RESOURCE = field('resourceUri', Attr.winrmResource);

/** Microsoft-Windows-WinRM: remote management by WS-Man. */
export const winrm: ProviderMapping = {
  guid: 'a7975c8f-ac13-49f1-87da-5a984a4ab417',
  name: 'Microsoft-Windows-WinRM',
  keyedBy: 'id',
  events: {
    6: {
      eventName: 'winrm.session.start',
      severity: Severity.info,
      body: 'winrm session to {windows.winrm.connection}',
      fields: [field('connection', Attr.winrmConnection)],
    },
    11: {
      eventName: 'winrm.shell.create',
      severity: Severity.info,
      body: 'winrm shell {windows.winrm.shell_id} made: {windows.winrm.resource_uri}',
      fields: [RESOURCE, field('shellId', Attr.winrmShell)],
    },
    91: {
      eventName: 'winrm.shell.accept',
      severity: Severity.info,
      body: 'winrm makes a shell for a client: {windows.winrm.resource_uri}',
      fields: [RESOURCE],
    },
    142: {
      eventName: 'winrm.operation.fail',
      severity: Severity.info,
      body: 'winrm operation {windows.winrm.operation} failed ({sigel.status})',
      fields: [field('operationName', Attr.winrmOperation), field('errorCode', Attr.status, status)],
    },
    161: {
      eventName: 'winrm.authentication.fail',
      severity: Severity.warn,
      body: 'winrm authentication failed: {error.message}',
      fields: [field('authFailureMessage', Attr.errorMessage)],
    },
  },
};
