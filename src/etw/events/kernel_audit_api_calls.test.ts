import { testMappingRows } from '../../../test/support/mapped.ts';
import { kernelAuditApiCalls } from './kernel_audit_api_calls.ts';

const target = { TargetProcessId: 600, DesiredAccess: 0x1010, ReturnCode: 0 };
const of = { 'sigel.target.process.pid': 600, 'sigel.status': 0 };

testMappingRows(kernelAuditApiCalls, [
  [
    1,
    { NotifyRoutineAddress: 0xfffff80241f10000n, ReturnCode: 0 },
    'audit.image_notification.register',
    9,
    'routine 0xfffff80241f10000 wants to be told of images (status 0)',
    { 'sigel.routine.address': '0xfffff80241f10000', 'sigel.status': 0 },
  ],
  [2, target, 'audit.process.terminate', 9, 'process 4711 ends process 600 (status 0)', of],
  [
    3,
    { LinkSourceName: '\\??\\Z:', LinkTargetName: '\\Device\\X', DesiredAccess: 1, ReturnCode: 0 },
    'audit.symbolic_link.create',
    9,
    'symbolic link \\??\\Z: to \\Device\\X (status 0)',
    {
      'sigel.object.name': '\\??\\Z:',
      'sigel.object.target': '\\Device\\X',
      'sigel.access.mask': '0x1',
      'sigel.status': 0,
    },
  ],
  [
    4,
    { ReturnCode: -1073741790 },
    'audit.thread.set_context',
    9,
    "process 4711 sets a thread's context (status 3221225506)",
    { 'sigel.status': 0xc0000022 },
  ],
  [
    5,
    target,
    'process.access',
    9,
    'process 4711 opens process 600 for 0x1010 (status 0)',
    { ...of, 'sigel.access.mask': '0x1010' },
  ],
  [
    6,
    { ...target, TargetThreatId: 77 },
    'audit.thread.open',
    9,
    'process 4711 opens thread 77 for 0x1010 (status 0)',
    { ...of, 'sigel.access.mask': '0x1010', 'sigel.target.thread.id': 77 },
  ],
  ...[7, 8].map(
    (event) =>
      [
        event,
        { DriverName: '\\Driver\\x', ReturnCode: 0 },
        'audit.shutdown_notification.register',
        9,
        'driver \\Driver\\x wants to be told of shutdowns (status 0)',
        { 'sigel.driver.name': '\\Driver\\x', 'sigel.status': 0 },
      ] as const,
  ),
]);
