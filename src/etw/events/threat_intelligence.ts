import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, constant, field, processId, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const WHO = [
  field('CallingProcessId', Attr.processPid, processId),
  field('CallingThreadId', Attr.threadId, processId),
  field('TargetProcessId', Attr.targetPid, processId),
];
const THREAD = field('TargetThreadId', Attr.targetThreadId, processId);
const RESULT = field('OperationStatus', Attr.status, status);
const REGION = [
  field('BaseAddress', Attr.memoryAddress, address),
  field(['RegionSize', 'ViewSize', 'BytesCopied'], Attr.memorySize),
];
const PROTECTION = field('ProtectionMask', Attr.memoryProtection, address);
const ALLOCATION = field('AllocationType', Attr.memoryAllocation, address);

interface Kind {
  readonly name: string;
  readonly verb: string;
  readonly fields: readonly FieldMapping[];
}
const KINDS = {
  allocate: {
    name: 'memory.allocate',
    verb: 'allocates memory in',
    fields: [...REGION, PROTECTION, ALLOCATION],
  },
  protect: {
    name: 'memory.protect',
    verb: 'changes the protection of memory of',
    fields: [...REGION, PROTECTION, field('LastProtectionMask', Attr.memoryPreviousProtection, address)],
  },
  map: { name: 'memory.map', verb: 'maps a view into', fields: [...REGION, PROTECTION, ALLOCATION] },
  read: { name: 'memory.read', verb: 'reads memory of', fields: [...REGION, RESULT] },
  write: { name: 'memory.write', verb: 'writes memory of', fields: [...REGION, RESULT] },
  apc: {
    name: 'thread.queue_apc',
    verb: 'queues a call to a thread of',
    fields: [THREAD, field('ApcRoutine', Attr.routineAddress, address)],
  },
  context: {
    name: 'thread.set_context',
    verb: 'sets the context of a thread of',
    fields: [THREAD, field('Pc', Attr.threadInstruction, address)],
  },
  suspendThread: { name: 'thread.suspend', verb: 'suspends a thread of', fields: [THREAD, RESULT] },
  resumeThread: { name: 'thread.resume', verb: 'resumes a thread of', fields: [THREAD, RESULT] },
  suspend: { name: 'suspend', verb: 'suspends', fields: [RESULT] },
  resume: { name: 'resume', verb: 'resumes', fields: [RESULT] },
  freeze: { name: 'freeze', verb: 'freezes', fields: [RESULT] },
  thaw: { name: 'thaw', verb: 'thaws', fields: [RESULT] },
} as const satisfies Record<string, Kind>;

const act = (kind: keyof typeof KINDS, severity: SeverityNumber, kernel = false): EventMapping => {
  const { name, verb, fields }: Kind = KINDS[kind];
  return {
    eventName: `process.${name}`,
    severity,
    body: `${kernel ? 'kernel for ' : ''}process {process.pid} ${verb} process {sigel.target.process.pid}`,
    fields: [...WHO, ...fields],
    ...(kernel ? { constants: [constant(Attr.callerMode, 'kernel')] } : {}),
  };
};
const remote = (kind: keyof typeof KINDS): EventMapping => act(kind, Severity.warn);
const local = (kind: keyof typeof KINDS): EventMapping => act(kind, Severity.info);
const kernel = (kind: keyof typeof KINDS): EventMapping => act(kind, Severity.info, true);

const object = (name: string, thing: 'driver' | 'device'): EventMapping => ({
  eventName: `${thing}_object.${name}`,
  severity: Severity.info,
  body:
    thing === 'driver' ? `driver object {sigel.driver.name} ${name}` : `device {sigel.device.name} ${name}`,
  fields: [
    field('DriverName', Attr.driverName),
    ...(thing === 'device' ? [field('DeviceName', Attr.deviceName)] : []),
  ],
});

const NOTES = `process.pid is the caller, \`sigel.target.process.pid\` the process it acts upon. 1 to 5 and 14 are about another
process than the caller: WARN. 21 to 28 were done by a driver (\`sigel.caller.mode\`). Windows lets protected antimalware processes alone
listen to this provider.`;

/**
 * Microsoft-Windows-Threat-Intelligence. Which ids are local, remote and the kernel's follows the kernel's own event
 * descriptors (public symbols THREATINT_ALLOCVM_REMOTE = 1 to THREATINT_DEVICE_OBJECT_UNLOAD = 32).
 */
export const threatIntelligence: ProviderMapping = {
  guid: 'f4e1897c-bb5d-5668-f1d8-040f4d8dd344',
  name: 'Microsoft-Windows-Threat-Intelligence',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    1: remote('allocate'),
    2: remote('protect'),
    3: remote('map'),
    4: remote('apc'),
    5: remote('context'),
    6: local('allocate'),
    7: local('protect'),
    8: local('map'),
    9: local('apc'),
    10: local('context'),
    11: local('read'),
    12: local('write'),
    13: local('read'),
    14: remote('write'),
    15: local('suspendThread'),
    16: local('resumeThread'),
    17: local('suspend'),
    18: local('resume'),
    19: local('freeze'),
    20: local('thaw'),
    21: kernel('allocate'),
    22: kernel('protect'),
    23: kernel('map'),
    24: kernel('apc'),
    25: kernel('context'),
    26: kernel('allocate'),
    27: kernel('protect'),
    28: kernel('map'),
    29: object('load', 'driver'),
    30: object('unload', 'driver'),
    31: object('load', 'device'),
    32: object('unload', 'device'),
  },
};
