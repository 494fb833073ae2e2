import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, field, processId, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const TARGET = field('TargetProcessId', Attr.targetPid, processId);
const ACCESS = field('DesiredAccess', Attr.accessMask, address);
const RESULT = field('ReturnCode', Attr.status, status);

const call = (eventName: string, body: string, fields: readonly FieldMapping[]): EventMapping => ({
  eventName,
  severity: Severity.info,
  body: `${body} (status {sigel.status})`,
  fields: [...fields, RESULT],
});
const shutdown = call(
  'audit.shutdown_notification.register',
  'driver {sigel.driver.name} wants to be told of shutdowns',
  [field('DriverName', Attr.driverName)],
);

const NOTES = `process.pid is the caller, \`sigel.target.process.pid\` the process that is opened or ended.`;

/** Microsoft-Windows-Kernel-Audit-API-Calls. */
export const kernelAuditApiCalls: ProviderMapping = {
  guid: 'e02a841c-75a3-4fa7-afc8-ae09cf9b7f23',
  name: 'Microsoft-Windows-Kernel-Audit-API-Calls',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    1: call(
      'audit.image_notification.register',
      'routine {sigel.routine.address} wants to be told of images',
      [field('NotifyRoutineAddress', Attr.routineAddress, address)],
    ),
    2: call('audit.process.terminate', 'process {process.pid} ends process {sigel.target.process.pid}', [
      TARGET,
    ]),
    3: call('audit.symbolic_link.create', 'symbolic link {sigel.object.name} to {sigel.object.target}', [
      field('LinkSourceName', Attr.objectName),
      field('LinkTargetName', Attr.objectTarget),
      ACCESS,
    ]),
    4: call('audit.thread.set_context', "process {process.pid} sets a thread's context", []),
    5: call(
      'process.access',
      'process {process.pid} opens process {sigel.target.process.pid} for {sigel.access.mask}',
      [TARGET, ACCESS],
    ),
    6: call(
      'audit.thread.open',
      'process {process.pid} opens thread {sigel.target.thread.id} for {sigel.access.mask}',
      [TARGET, field('TargetThreatId', Attr.targetThreadId, processId), ACCESS],
    ),
    7: shutdown,
    8: shutdown,
  },
};
