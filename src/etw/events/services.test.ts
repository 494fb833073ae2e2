import { testMappingRows } from '../../../test/support/mapped.ts';
import { services } from './services.ts';

const client = {
  ServiceName: 'Spooler',
  ClientProcessStartKey: 0x123,
  ClientProcessId: 900,
  ParentProcessId: 800,
};
const by = {
  'windows.service.name': 'Spooler',
  'process.pid': 900,
  'process.parent_pid': 800,
  'windows.process.start_key': '0x123',
};
const status = {
  ExecutionPhase: 1,
  CurrentState: 4,
  StartType: 2,
  PID: 4242,
  ServiceName: 'Spooler',
  ImageName: 's.exe',
};

testMappingRows(services, [
  [
    105,
    status,
    'service.state',
    9,
    'service Spooler is running',
    {
      'process.pid': 4242,
      'windows.service.name': 'Spooler',
      'windows.service.image_path': 's.exe',
      'windows.service.state': 'running',
      'windows.service.start_type': 'auto',
    },
  ],
  // A service without a process is logged by the service control manager.
  [
    105,
    { ...status, CurrentState: 1, StartType: 9, PID: 0 },
    'service.state',
    9,
    'service Spooler is stopped',
    {
      'windows.service.name': 'Spooler',
      'windows.service.image_path': 's.exe',
      'windows.service.state': 'stopped',
      'windows.service.start_type': '9',
    },
  ],
  [
    200,
    { ...client, ControlCode: 1 },
    'service.control',
    9,
    'service Spooler got control 1',
    { ...by, 'windows.service.control_code': 1 },
  ],
  [
    201,
    { ...client, NewStartType: 4 },
    'service.config.change',
    9,
    'service Spooler now starts: disabled',
    { ...by, 'windows.service.start_type': 'disabled' },
  ],
  ...[202, 203].map(
    (event) =>
      [
        event,
        { ...client, NewValueName: 'ImagePath' },
        'service.config.change',
        9,
        'service Spooler has another ImagePath',
        { ...by, 'windows.service.setting': 'ImagePath' },
      ] as const,
  ),
  [
    204,
    { ...client, ServiceHostName: 'h' },
    'service.start',
    9,
    'service Spooler started',
    { ...by, 'windows.service.host': 'h' },
  ],
  [
    205,
    { ...client, SvchostGroup: 'netsvcs' },
    'service.start',
    9,
    'service Spooler started',
    { ...by, 'windows.service.host': 'netsvcs' },
  ],
]);
