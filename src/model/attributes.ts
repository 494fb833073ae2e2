import { AttributeKey } from './attribute_set.ts';
import type { ValueMap } from './value.ts';

/**
 * The only registry of attribute names and types. Names are OpenTelemetry semantic conventions where they
 * exist, ECS names for what those lack (dll.*, registry.*), `etw.*` for the trace's own facts and `sigel.*`
 * for ours. One name has one type for ever.
 */
const registry = new Map<string, AttributeKey>();

function define<T extends string | number | boolean | Uint8Array | readonly string[] | ValueMap>(
  name: string,
  type: AttributeKey['type'],
): AttributeKey<T> {
  if (registry.has(name)) throw new Error(`attribute ${name} is registered twice`);
  const key = new AttributeKey<T>(name, type);
  registry.set(name, key);
  return key;
}
const string = (name: string) => define<string>(name, 'string');
const int = (name: string) => define<number>(name, 'int');
const bool = (name: string) => define<boolean>(name, 'bool');
const strings = (name: string) => define<readonly string[]>(name, 'string[]');
const bytes = (name: string) => define<Uint8Array>(name, 'bytes');
const map = (name: string) => define<ValueMap>(name, 'map');

/** Attributes of records. */
export const Attr = {
  // The trace's own facts, named as the other OpenTelemetry ETW receiver names them.
  etwProviderId: string('etw.provider.id'),
  etwProviderName: string('etw.provider.name'),
  etwEventId: int('etw.event.id'),
  etwVersion: int('etw.version'),
  etwOpcode: int('etw.opcode'),
  etwTask: int('etw.task'),
  etwLevel: int('etw.level'),
  etwKeywords: string('etw.keywords'),
  etwProcessId: int('etw.process.id'),
  etwThreadId: int('etw.thread.id'),
  etwActivityId: string('etw.activity.id'),
  etwRelatedActivityId: string('etw.related_activity.id'),
  /** Return addresses, innermost first. */
  etwStack: strings('etw.stack'),
  /** The decoded payload, by field name, of an event that no mapping knows. */
  etwEventData: map('etw.event.data'),
  /** The undecoded payload (or the rest behind the last decoded field) of an event no schema knows. */
  etwEventPayload: bytes('etw.event.payload'),

  processPid: int('process.pid'),
  processParentPid: int('process.parent_pid'),
  processExecutablePath: string('process.executable.path'),
  processExecutableName: string('process.executable.name'),
  processCommandLine: string('process.command_line'),
  processCreationTime: string('process.creation.time'),
  processExitTime: string('process.exit.time'),
  processExitCode: int('process.exit.code'),
  // What a process had used when it exited.
  processHandles: int('sigel.process.handles'),
  processCommitPeak: int('sigel.process.commit_peak'),
  processCpuCycles: int('sigel.process.cpu_cycles'),
  processHardFaults: int('sigel.process.hard_faults'),
  processReads: int('sigel.process.io.reads'),
  processWrites: int('sigel.process.io.writes'),
  processReadBytes: int('sigel.process.io.read_bytes'),
  processWrittenBytes: int('sigel.process.io.written_bytes'),
  threadId: int('thread.id'),
  threadStartAddress: string('sigel.thread.start_address'),
  userId: string('user.id'),
  userName: string('user.name'),
  /** The domain or authority of the account: `NT AUTHORITY` of `NT AUTHORITY\\SYSTEM`. */
  userDomain: string('user.domain'),

  dllPath: string('dll.path'),
  dllName: string('dll.name'),
  dllBase: string('sigel.dll.base'),
  dllSize: int('sigel.dll.size'),

  filePath: string('file.path'),
  fileName: string('file.name'),
  fileExtension: string('file.extension'),
  fileSize: int('file.size'),
  /** The path that a renamed file had before. */
  filePreviousPath: string('sigel.file.previous_path'),
  /** The uid of the pod on whose volume the file lies. */
  filePodUid: string('sigel.file.pod_uid'),
  /** The kernel's key of the open file, which names it until paths are resolved. */
  fileObject: string('sigel.file.object'),
  fileKey: string('sigel.file.key'),
  /** What a create request asked for: open, create, open_if, overwrite, overwrite_if, supersede. */
  fileDisposition: string('sigel.file.disposition'),
  ioOffset: int('sigel.io.offset'),
  ioSize: int('sigel.io.size'),

  networkTransport: string('network.transport'),
  networkType: string('network.type'),
  networkIoDirection: string('network.io.direction'),
  networkLocalAddress: string('network.local.address'),
  networkLocalPort: int('network.local.port'),
  networkPeerAddress: string('network.peer.address'),
  networkPeerPort: int('network.peer.port'),
  networkBytes: int('sigel.network.bytes'),
  sourceAddress: string('source.address'),
  sourcePort: int('source.port'),
  destinationAddress: string('destination.address'),
  destinationPort: int('destination.port'),

  dnsQuestionName: string('dns.question.name'),
  dnsQuestionType: string('dns.question.type'),
  dnsAnswers: strings('dns.answers'),
  dnsStatus: int('sigel.dns.status'),

  registryKey: string('registry.key'),
  registryValue: string('registry.value'),
  registryKeyObject: string('sigel.registry.key_object'),
  /** The key that an open or create starts from. */
  registryBaseObject: string('sigel.registry.base_object'),
  /** The key as the kernel names it, where `registry.key` holds another view of it. */
  registryNtKey: string('sigel.registry.nt_key'),
  /** The number of the control set in use. */
  registryControlSet: int('sigel.registry.control_set'),
  registryStatus: int('sigel.registry.status'),
  registryDataType: string('registry.data.type'),
  registryDataStrings: strings('registry.data.strings'),

  scriptBlockId: string('powershell.script_block.id'),
  scriptBlockPart: int('powershell.script_block.part'),
  scriptBlockParts: int('powershell.script_block.parts'),
  /** Parts of the script that the trace does not have; absent when it has all. */
  scriptBlockMissing: int('powershell.script_block.missing_parts'),
  scriptPath: string('powershell.script_block.path'),
  /** Host, command, script and user of a PowerShell command, as PowerShell words them. */
  commandContext: string('powershell.command.context'),
  runspaceId: string('powershell.runspace.id'),

  windowsSessionId: int('windows.session.id'),
  windowsIntegrityLevel: string('windows.integrity_level'),
  windowsElevated: bool('windows.token.elevated'),
  windowsStartKey: string('windows.process.start_key'),
  /** The kernel's number of a process since boot, which is never used again. */
  windowsSequenceNumber: int('windows.process.sequence_number'),
  windowsParentSequenceNumber: int('windows.process.parent_sequence_number'),
  windowsJobId: int('windows.job.id'),
  siloId: string('sigel.silo.id'),
  siloState: string('sigel.silo.state'),
  /** The kernel component that is called when a silo comes or goes. */
  siloMonitor: string('sigel.silo.monitor'),
  /** The status an operation ended with, as the unsigned number Windows documents. */
  status: int('sigel.status'),
  /** The path as the kernel names it, where `*.path` holds another view of it. */
  ntPath: string('sigel.nt_path'),
  /** What the host calls a volume or directory of the object manager: `C:` */
  volumePath: string('sigel.volume.path'),
  errorType: string('error.type'),
  /** Bytes (UTF-8) of a text body before it was cut; absent when it is whole. */
  bodyOriginalSize: int('sigel.body.original_size'),
} as const;

/** Attributes of resources. */
export const ResourceAttr = {
  serviceName: string('service.name'),
  serviceNamespace: string('service.namespace'),
  serviceVersion: string('service.version'),
  serviceInstanceId: string('service.instance.id'),
  hostName: string('host.name'),
  hostId: string('host.id'),
  osType: string('os.type'),
  osVersion: string('os.version'),
  osBuildId: string('os.build_id'),
  telemetrySdkName: string('telemetry.sdk.name'),
  telemetrySdkLanguage: string('telemetry.sdk.language'),
  telemetrySdkVersion: string('telemetry.sdk.version'),
} as const;

/** The key of a registered name, or undefined. */
export function registered(name: string): AttributeKey | undefined {
  return registry.get(name);
}
