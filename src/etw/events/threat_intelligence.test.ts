import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { threatIntelligence } from './threat_intelligence.ts';

const payload = {
  CallingProcessId: 666,
  CallingThreadId: 667,
  TargetProcessId: 600,
  TargetThreadId: 601,
  BaseAddress: 0x10000,
  RegionSize: 4096,
  AllocationType: 0x3000,
  ProtectionMask: 0x40,
  LastProtectionMask: 4,
  ApcRoutine: 0x7ff0,
  Pc: 0x7ff8,
  OperationStatus: 0,
  DriverName: '\\Driver\\x',
  DeviceName: '\\Device\\x',
};
const who = { 'process.pid': 666, 'thread.id': 667, 'sigel.target.process.pid': 600 };
const region = { ...who, 'sigel.memory.address': '0x10000', 'sigel.memory.size': 4096 };
const allocated = { ...region, 'sigel.memory.protection': '0x40', 'sigel.memory.allocation_type': '0x3000' };
const status = { 'sigel.status': 0 };
const thread = { ...who, 'sigel.target.thread.id': 601 };

// What is done, the rest of the body, the attributes, and the ids: local, remote, by the kernel (local, remote).
const KINDS: readonly [
  string,
  string,
  MappedRow[5],
  Partial<Record<'local' | 'remote' | 'kernel', number[]>>,
][] = [
  ['memory.allocate', 'allocates memory in', allocated, { remote: [1], local: [6], kernel: [21, 26] }],
  [
    'memory.protect',
    'changes the protection of memory of',
    { ...region, 'sigel.memory.protection': '0x40', 'sigel.memory.previous_protection': '0x4' },
    { remote: [2], local: [7], kernel: [22, 27] },
  ],
  ['memory.map', 'maps a view into', allocated, { remote: [3], local: [8], kernel: [23, 28] }],
  [
    'thread.queue_apc',
    'queues a call to a thread of',
    { ...thread, 'sigel.routine.address': '0x7ff0' },
    { remote: [4], local: [9], kernel: [24] },
  ],
  [
    'thread.set_context',
    'sets the context of a thread of',
    { ...thread, 'sigel.thread.instruction_pointer': '0x7ff8' },
    { remote: [5], local: [10], kernel: [25] },
  ],
  ['memory.read', 'reads memory of', { ...region, ...status }, { local: [11, 13] }],
  ['memory.write', 'writes memory of', { ...region, ...status }, { local: [12], remote: [14] }],
  ['thread.suspend', 'suspends a thread of', { ...thread, ...status }, { local: [15] }],
  ['thread.resume', 'resumes a thread of', { ...thread, ...status }, { local: [16] }],
  ['suspend', 'suspends', { ...who, ...status }, { local: [17] }],
  ['resume', 'resumes', { ...who, ...status }, { local: [18] }],
  ['freeze', 'freezes', { ...who, ...status }, { local: [19] }],
  ['thaw', 'thaws', { ...who, ...status }, { local: [20] }],
];

const acts: MappedRow[] = [];
for (const [name, verb, attributes, ids] of KINDS) {
  const row = (id: number, severity: number, head: string, more: MappedRow[5]): MappedRow => [
    id,
    payload,
    `process.${name}`,
    severity,
    `${head}process 666 ${verb} process 600`,
    { ...attributes, ...more },
  ];
  for (const id of ids.local ?? []) acts.push(row(id, 9, '', {}));
  for (const id of ids.remote ?? []) acts.push(row(id, 13, '', {}));
  for (const id of ids.kernel ?? []) acts.push(row(id, 9, 'kernel for ', { 'sigel.caller.mode': 'kernel' }));
}
const driver = { 'sigel.driver.name': '\\Driver\\x' };
const device = { ...driver, 'sigel.device.name': '\\Device\\x' };

testMappingRows(threatIntelligence, [
  ...acts,
  [29, payload, 'driver_object.load', 9, 'driver object \\Driver\\x load', driver],
  [30, payload, 'driver_object.unload', 9, 'driver object \\Driver\\x unload', driver],
  [31, payload, 'device_object.load', 9, 'device \\Device\\x load', device],
  [32, payload, 'device_object.unload', 9, 'device \\Device\\x unload', device],
]);
