import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field, objectAddress, oneOf, otherProcessId } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

// SERVICE_STATUS.dwCurrentState and SERVICE_*_START of winsvc.h and winnt.h.
const STATES = oneOf({
  1: 'stopped',
  2: 'start_pending',
  3: 'stop_pending',
  4: 'running',
  5: 'continue_pending',
  6: 'pause_pending',
  7: 'paused',
});
const NAME = field('ServiceName', Attr.windowsServiceName);
const CLIENT = [
  NAME,
  field('ClientProcessId', Attr.processPid, otherProcessId),
  field('ParentProcessId', Attr.processParentPid, otherProcessId),
  field('ClientProcessStartKey', Attr.windowsStartKey, objectAddress),
];

/** SERVICE_*_START by name. */
export const serviceStartType = oneOf({ 0: 'boot', 1: 'system', 2: 'auto', 3: 'demand', 4: 'disabled' });

const service = (name: string, words: string, fields: readonly FieldMapping[] = []): EventMapping => ({
  eventName: `service.${name}`,
  severity: Severity.info,
  body: `service {windows.service.name} ${words}`,
  fields: [...CLIENT, ...fields],
});

const CONFIG = [field('NewValueName', Attr.windowsServiceSetting)];
const NOTES = `105 is about the service's process (process.pid); the others about the one that asked the service control manager.
The System event log's 7045 (a service was installed) is written by a provider whose description is not shipped;
\`windows.audit.4697\` tells of the same.`;

/** Microsoft-Windows-Services: the service control manager. */
export const services: ProviderMapping = {
  guid: '0063715b-eeda-4007-9429-ad526f62696e',
  name: 'Microsoft-Windows-Services',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    105: {
      eventName: 'service.state',
      severity: Severity.info,
      body: 'service {windows.service.name} is {windows.service.state}',
      fields: [
        NAME,
        field('PID', Attr.processPid, otherProcessId),
        field('ImageName', Attr.windowsServiceImage),
        field('CurrentState', Attr.windowsServiceState, STATES),
        field('StartType', Attr.windowsServiceStartType, serviceStartType),
      ],
    },
    200: service('control', 'got control {windows.service.control_code}', [
      field('ControlCode', Attr.windowsServiceControl),
    ]),
    201: service('config.change', 'now starts: {windows.service.start_type}', [
      field('NewStartType', Attr.windowsServiceStartType, serviceStartType),
    ]),
    202: service('config.change', 'has another {windows.service.setting}', CONFIG),
    203: service('config.change', 'has another {windows.service.setting}', CONFIG),
    204: service('start', 'started', [field('ServiceHostName', Attr.windowsServiceHost)]),
    205: service('start', 'started', [field('SvchostGroup', Attr.windowsServiceHost)]),
  },
};
