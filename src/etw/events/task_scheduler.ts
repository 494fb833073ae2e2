import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { accountPart, domainPart, field, otherProcessId, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const TASK = [
  field('TaskName', Attr.taskName),
  field(['UserContext', 'UserName'], Attr.userName, accountPart),
  field(['UserContext', 'UserName'], Attr.userDomain, domainPart),
];
const INSTANCE = field(['InstanceId', 'TaskInstanceId'], Attr.taskInstance);
const RESULT = field('ResultCode', Attr.status, status);
const ACTION = [field('TaskName', Attr.taskName), field('ActionName', Attr.taskAction), INSTANCE];

const task = (
  name: string,
  words: string,
  severity: SeverityNumber,
  fields: readonly FieldMapping[],
): EventMapping => ({
  eventName: `scheduled_task.${name}`,
  severity,
  body: `scheduled task {windows.task.name} ${words}`,
  fields,
});
const trigger = task('trigger', 'triggered', Severity.debug, [field('TaskName', Attr.taskName), INSTANCE]);

const NOTES = `129 is about the process that the task started: process.pid and process.executable.path are its own.`;

/** Microsoft-Windows-TaskScheduler. */
export const taskScheduler: ProviderMapping = {
  guid: 'de7b24ea-73c8-4a09-985d-5bdadcfa9017',
  name: 'Microsoft-Windows-TaskScheduler',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    100: task('start', 'started', Severity.info, [...TASK, INSTANCE]),
    101: task('fail', 'could not start ({sigel.status})', Severity.info, [...TASK, RESULT]),
    102: task('stop', 'ended', Severity.info, [...TASK, INSTANCE]),
    103: task('action.fail', 'could not start its action ({sigel.status})', Severity.info, [
      ...TASK,
      INSTANCE,
      RESULT,
    ]),
    106: task('create', 'registered by {user.name}', Severity.info, TASK),
    107: trigger,
    108: trigger,
    110: task('trigger', 'triggered by {user.name}', Severity.debug, [...TASK, INSTANCE]),
    111: task('terminate', 'terminated', Severity.info, [field('TaskName', Attr.taskName), INSTANCE]),
    118: trigger,
    119: task('trigger', 'triggered by the logon of {user.name}', Severity.debug, [...TASK, INSTANCE]),
    129: task('process.start', 'started process {process.pid}: {process.executable.path}', Severity.info, [
      field('TaskName', Attr.taskName),
      field('Path', Attr.processExecutablePath),
      field('ProcessID', Attr.processPid, otherProcessId),
    ]),
    140: task('update', 'changed by {user.name}', Severity.info, TASK),
    141: task('delete', 'deleted by {user.name}', Severity.info, TASK),
    142: task('disable', 'disabled by {user.name}', Severity.info, TASK),
    200: task('action.start', 'started {windows.task.action}', Severity.info, ACTION),
    201: task('action.stop', 'ended {windows.task.action} ({sigel.status})', Severity.info, [
      ...ACTION,
      RESULT,
    ]),
    203: task('action.fail', 'could not start {windows.task.action} ({sigel.status})', Severity.info, [
      ...ACTION,
      RESULT,
    ]),
  },
};
