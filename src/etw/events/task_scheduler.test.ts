import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { taskScheduler } from './task_scheduler.ts';

const ID = '0a1b2c3d-0000-0000-0000-000000000001';
const TASK = '\\Microsoft\\Updater';
const name = { 'windows.task.name': TASK };
const user = { ...name, 'user.name': 'amy', 'user.domain': 'CORP' };
const instance = { 'windows.task.instance_id': ID };
const byContext = { TaskName: TASK, UserContext: 'CORP\\amy', InstanceId: ID, ResultCode: 2147942402 };
const byName = { TaskName: TASK, UserName: 'CORP\\amy', InstanceId: ID };
const action = { TaskName: TASK, TaskInstanceId: ID, ActionName: 'C:\\u.exe', ResultCode: 0 };
const acted = { ...name, ...instance, 'windows.task.action': 'C:\\u.exe' };
const failed = { 'sigel.status': 2147942402 };

const row = (
  event: number,
  payload: MappedRow[1],
  what: string,
  severity: number,
  words: string,
  told: MappedRow[5],
): MappedRow => [event, payload, `scheduled_task.${what}`, severity, `scheduled task ${TASK} ${words}`, told];

testMappingRows(taskScheduler, [
  row(100, byContext, 'start', 9, 'started', { ...user, ...instance }),
  row(101, byContext, 'fail', 9, 'could not start (2147942402)', { ...user, ...failed }),
  row(102, byContext, 'stop', 9, 'ended', { ...user, ...instance }),
  row(103, byContext, 'action.fail', 9, 'could not start its action (2147942402)', {
    ...user,
    ...instance,
    ...failed,
  }),
  row(106, byContext, 'create', 9, 'registered by amy', user),
  row(107, byName, 'trigger', 5, 'triggered', { ...name, ...instance }),
  row(108, byName, 'trigger', 5, 'triggered', { ...name, ...instance }),
  row(110, byContext, 'trigger', 5, 'triggered by amy', { ...user, ...instance }),
  row(111, byName, 'terminate', 9, 'terminated', { ...name, ...instance }),
  row(118, byName, 'trigger', 5, 'triggered', { ...name, ...instance }),
  row(119, byName, 'trigger', 5, 'triggered by the logon of amy', { ...user, ...instance }),
  row(
    129,
    { TaskName: TASK, Path: 'C:\\u.exe', ProcessID: 4242, Priority: 1 },
    'process.start',
    9,
    'started process 4242: C:\\u.exe',
    { ...name, 'process.pid': 4242, 'process.executable.path': 'C:\\u.exe' },
  ),
  row(140, byName, 'update', 9, 'changed by amy', user),
  row(141, byName, 'delete', 9, 'deleted by amy', user),
  row(142, byName, 'disable', 9, 'disabled by amy', user),
  row(200, action, 'action.start', 9, 'started C:\\u.exe', acted),
  row(201, action, 'action.stop', 9, 'ended C:\\u.exe (0)', { ...acted, 'sigel.status': 0 }),
  row(
    203,
    { ...action, ResultCode: 2147942402 },
    'action.fail',
    9,
    'could not start C:\\u.exe (2147942402)',
    {
      ...acted,
      ...failed,
    },
  ),
]);
