import { AttributeKey } from './attribute_set.ts';
import type { Value, ValueMap } from './value.ts';

/**
 * The only registry of attribute names and types. Names are OpenTelemetry semantic conventions where they
 * exist, ECS names for what those lack (dll.*, registry.*), `etw.*` for the trace's own facts and `sigel.*`
 * for ours. One name has one type for ever.
 */
const registry = new Map<string, AttributeKey>();

/** A key whose name the compiler knows, so that signatures have types for attributes by name. */
type Named<T extends Value, N extends string> = AttributeKey<T> & { readonly name: N };

function define<T extends Value, N extends string>(name: N, type: AttributeKey['type']): Named<T, N> {
  if (registry.has(name)) throw new Error(`attribute ${name} is registered twice`);
  const key = new AttributeKey<T>(name, type) as Named<T, N>;
  registry.set(name, key);
  return key;
}
const string = <N extends string>(name: N) => define<string, N>(name, 'string');
const int = <N extends string>(name: N) => define<number, N>(name, 'int');
const double = <N extends string>(name: N) => define<number, N>(name, 'double');
const bool = <N extends string>(name: N) => define<boolean, N>(name, 'bool');
const strings = <N extends string>(name: N) => define<readonly string[], N>(name, 'string[]');
const bytes = <N extends string>(name: N) => define<Uint8Array, N>(name, 'bytes');
const map = <N extends string>(name: N) => define<ValueMap, N>(name, 'map');

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

  // An event of a Windows event log, named as Winlogbeat names it, for lack of a convention.
  eventLogChannel: string('winlog.channel'),
  /** EventRecordID. */
  eventLogRecordId: int('winlog.record_id'),

  processPid: int('process.pid'),
  processParentPid: int('process.parent_pid'),
  processExecutablePath: string('process.executable.path'),
  processExecutableName: string('process.executable.name'),
  processCommandLine: string('process.command_line'),
  /** Names one process among those of all hosts and boots; the same for an agent that was started again. */
  processEntityId: string('process.entity_id'),
  processParentExecutablePath: string('process.parent.executable.path'),
  processParentExecutableName: string('process.parent.executable.name'),
  processParentCommandLine: string('process.parent.command_line'),
  processParentEntityId: string('process.parent.entity_id'),
  /** `name (pid)` of the parent, its parent and so on. */
  processAncestors: strings('sigel.process.ancestors'),
  processCreationTime: string('process.creation.time'),
  processExitTime: string('process.exit.time'),
  processExitCode: int('process.exit.code'),
  /** running: of a span that was handed on before its process ended. */
  processState: string('process.state'),
  /** Of a span that goes on with what another began: in the window before, or told by an agent before. */
  spanContinued: bool('sigel.span.continued'),
  /** What a record said, of the span it is told by. */
  spanText: string('sigel.span.text'),
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

  // What the file that a process runs says of itself (its PE version resource), and its digests.
  processPeOriginalFileName: string('process.pe.original_file_name'),
  processPeDescription: string('process.pe.description'),
  processPeProduct: string('process.pe.product'),
  processPeCompany: string('process.pe.company'),
  processPeFileVersion: string('process.pe.file_version'),
  processPeImphash: string('process.pe.imphash'),
  processHashMd5: string('process.hash.md5'),
  processHashSha1: string('process.hash.sha1'),
  processHashSha256: string('process.hash.sha256'),
  processSignatureExists: bool('process.code_signature.exists'),
  processSignatureStatus: string('process.code_signature.status'),
  processSignatureSubject: string('process.code_signature.subject_name'),
  processSignatureTrusted: bool('process.code_signature.trusted'),
  processSignatureValid: bool('process.code_signature.valid'),

  dllPath: string('dll.path'),
  dllName: string('dll.name'),
  dllBase: string('sigel.dll.base'),
  dllSize: int('sigel.dll.size'),
  dllPeOriginalFileName: string('dll.pe.original_file_name'),
  dllPeDescription: string('dll.pe.description'),
  dllPeProduct: string('dll.pe.product'),
  dllPeCompany: string('dll.pe.company'),
  dllPeFileVersion: string('dll.pe.file_version'),
  dllPeImphash: string('dll.pe.imphash'),
  dllHashMd5: string('dll.hash.md5'),
  dllHashSha1: string('dll.hash.sha1'),
  dllHashSha256: string('dll.hash.sha256'),
  dllSignatureExists: bool('dll.code_signature.exists'),
  dllSignatureStatus: string('dll.code_signature.status'),
  dllSignatureSubject: string('dll.code_signature.subject_name'),
  dllSignatureTrusted: bool('dll.code_signature.trusted'),
  dllSignatureValid: bool('dll.code_signature.valid'),

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
  /** The name that the process asked DNS for and got the address of. */
  destinationDomain: string('destination.domain'),
  serverAddress: string('server.address'),

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
  /** What a request to create a key did: created it, or opened the one that was there. */
  registryDisposition: string('sigel.registry.disposition'),
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
  // Whom an operation is about, where another process does it (process.pid), and who asked for it.
  targetPid: int('sigel.target.process.pid'),
  targetThreadId: int('sigel.target.thread.id'),
  targetExecutablePath: string('sigel.target.process.executable.path'),
  targetExecutableName: string('sigel.target.process.executable.name'),
  targetEntityId: string('sigel.target.process.entity_id'),
  // Who acts, where process.pid is whom it is about: the maker of a thread.
  sourceExecutablePath: string('sigel.source.process.executable.path'),
  sourceExecutableName: string('sigel.source.process.executable.name'),
  sourceCommandLine: string('sigel.source.process.command_line'),
  sourceEntityId: string('sigel.source.process.entity_id'),
  clientPid: int('sigel.client.process.pid'),
  accessMask: string('sigel.access.mask'),
  objectName: string('sigel.object.name'),
  objectTarget: string('sigel.object.target'),
  objectType: string('sigel.object.type'),
  driverName: string('sigel.driver.name'),
  deviceName: string('sigel.device.name'),
  routineAddress: string('sigel.routine.address'),
  memoryAddress: string('sigel.memory.address'),
  memorySize: int('sigel.memory.size'),
  /** PAGE_* and MEM_* of winnt.h, as `0x…`. */
  memoryProtection: string('sigel.memory.protection'),
  memoryPreviousProtection: string('sigel.memory.previous_protection'),
  memoryAllocation: string('sigel.memory.allocation_type'),
  threadInstruction: string('sigel.thread.instruction_pointer'),
  /** `kernel` where a driver did it. */
  callerMode: string('sigel.caller.mode'),

  amsiApp: string('windows.amsi.app'),
  amsiContentName: string('windows.amsi.content_name'),
  /** Bytes of what was scanned, and of what there was to scan. */
  amsiContentSize: int('windows.amsi.content_size'),
  amsiOriginalSize: int('windows.amsi.original_size'),
  amsiContentHash: string('windows.amsi.content_hash'),
  /** AMSI_RESULT: from 0x4000 blocked by an administrator, from 0x8000 detected. */
  amsiResult: int('windows.amsi.result'),
  amsiSession: string('windows.amsi.session'),

  wmiOperation: string('windows.wmi.operation'),
  wmiOperationId: int('windows.wmi.operation_id'),
  wmiNamespace: string('windows.wmi.namespace'),
  wmiClass: string('windows.wmi.class'),
  wmiMethod: string('windows.wmi.method'),
  wmiQuery: string('windows.wmi.query'),
  wmiClientMachine: string('windows.wmi.client_machine'),
  wmiIsLocal: bool('windows.wmi.is_local'),
  wmiProvider: string('windows.wmi.provider'),
  wmiProviderPath: string('windows.wmi.provider_path'),
  wmiFilter: string('windows.wmi.filter'),
  wmiConsumer: string('windows.wmi.consumer'),
  wmiCause: string('windows.wmi.possible_cause'),

  taskName: string('windows.task.name'),
  taskAction: string('windows.task.action'),
  taskInstance: string('windows.task.instance_id'),
  taskContent: string('windows.task.content'),

  windowsServiceName: string('windows.service.name'),
  windowsServiceImage: string('windows.service.image_path'),
  windowsServiceState: string('windows.service.state'),
  windowsServiceStartType: string('windows.service.start_type'),
  windowsServiceControl: int('windows.service.control_code'),
  windowsServiceAccount: string('windows.service.account'),
  windowsServiceSetting: string('windows.service.setting'),
  windowsServiceHost: string('windows.service.host'),

  assemblyName: string('sigel.dotnet.assembly.name'),
  assemblyId: string('sigel.dotnet.assembly.id'),
  appDomainId: string('sigel.dotnet.app_domain.id'),
  appDomainName: string('sigel.dotnet.app_domain.name'),
  dotnetModuleId: string('sigel.dotnet.module.id'),
  dotnetNativePath: string('sigel.dotnet.module.native_path'),
  dotnetFlags: string('sigel.dotnet.flags'),

  /** The account that an operation is about, where another one does it (user.*). */
  targetUserId: string('user.target.id'),
  targetUserName: string('user.target.name'),
  targetUserDomain: string('user.target.domain'),
  logonId: string('windows.logon.id'),
  targetLogonId: string('windows.target_logon.id'),
  logonType: int('windows.logon.type'),
  logonProcess: string('windows.logon.process'),
  authenticationPackage: string('windows.logon.authentication_package'),
  kerberosService: string('windows.kerberos.service'),
  workstation: string('windows.logon.workstation'),
  privileges: string('windows.privileges'),
  groupMemberId: string('windows.group.member_id'),
  shareName: string('windows.share.name'),
  sharePath: string('windows.share.path'),
  /** GUIDs that tie together what one client does. */
  smbConnection: string('windows.smb.connection.id'),
  smbSession: string('windows.smb.session.id'),
  smbTree: string('windows.smb.tree_connect.id'),
  /** As the client calls itself: mostly its address. */
  smbClient: string('windows.smb.client'),
  smbSigned: bool('windows.smb.signed'),
  smbEncrypted: bool('windows.smb.encrypted'),

  rpcInterface: string('windows.rpc.interface.id'),
  rpcProcedure: int('windows.rpc.procedure'),
  rpcProtocol: string('windows.rpc.protocol'),
  rpcEndpoint: string('windows.rpc.endpoint'),
  rpcOptions: string('windows.rpc.options'),
  rpcAuthenticationLevel: string('windows.rpc.authentication.level'),
  rpcAuthenticationService: string('windows.rpc.authentication.service'),
  rpcImpersonationLevel: string('windows.rpc.impersonation_level'),
  auditPolicy: string('windows.audit_policy.subcategory'),

  codePolicyName: string('windows.code_integrity.policy.name'),
  codePolicyId: string('windows.code_integrity.policy.id'),
  authenticodeHash: string('windows.code_integrity.authenticode_sha256'),
  codePublisher: string('windows.code_integrity.publisher'),
  codeIssuer: string('windows.code_integrity.issuer'),

  defenderThreat: string('windows.defender.threat.name'),
  defenderThreatId: string('windows.defender.threat.id'),
  defenderSeverity: string('windows.defender.threat.severity'),
  defenderCategory: string('windows.defender.threat.category'),
  defenderDetectionId: string('windows.defender.detection_id'),
  defenderSource: string('windows.defender.source'),
  defenderPath: string('windows.defender.path'),
  defenderProcess: string('windows.defender.process'),
  defenderAction: string('windows.defender.action'),
  defenderRule: string('windows.defender.rule_id'),
  defenderOldValue: string('windows.defender.setting.old'),
  defenderNewValue: string('windows.defender.setting.new'),

  bitsJobId: string('windows.bits.job.id'),
  bitsJobTitle: string('windows.bits.job.title'),
  bitsFiles: int('windows.bits.job.files'),
  bitsBytes: int('windows.bits.bytes_transferred'),
  urlFull: string('url.full'),

  ldapFilter: string('windows.ldap.filter'),
  ldapBase: string('windows.ldap.base'),
  ldapScope: string('windows.ldap.scope'),
  ldapAttributes: string('windows.ldap.attributes'),

  winrmConnection: string('windows.winrm.connection'),
  winrmResource: string('windows.winrm.resource_uri'),
  winrmShell: string('windows.winrm.shell_id'),
  winrmOperation: string('windows.winrm.operation'),

  errorMessage: string('error.message'),
  errorType: string('error.type'),
  /** Bytes (UTF-8) of a text body before it was cut; absent when it is whole. */
  bodyOriginalSize: int('sigel.body.original_size'),

  // What containerd says of a container; who it is stands in the resource.
  containerExecId: string('sigel.container.exec_id'),
  /** process, hostprocess, hyperv or unknown. */
  containerIsolation: string('sigel.container.isolation'),
  /** container or sandbox. */
  containerKind: string('sigel.container.kind'),
  /** containerd's namespace: k8s.io. */
  containerNamespace: string('sigel.container.namespace'),
  /** event, list or initial: told when it happened, found afterwards, there before the agent. */
  containerOrigin: string('sigel.container.origin'),
  /** container_id, pid, exec_pid, session or parent: how a record's container was found; else unresolved. */
  attributionMethod: string('sigel.attribution.method'),
  /** exact or inferred. */
  attributionConfidence: string('sigel.attribution.confidence'),

  // A detection: the rule that matched, and what in ATT&CK it stands for.
  securityRuleUuid: string('security_rule.uuid'),
  securityRuleName: string('security_rule.name'),
  securityRuleCategory: string('security_rule.category'),
  securityRuleDescription: string('security_rule.description'),
  securityRuleReference: string('security_rule.reference'),
  securityRuleVersion: string('security_rule.version'),
  securityRuleLicense: string('security_rule.license'),
  securityRulesetName: string('security_rule.ruleset.name'),
  threatFramework: string('threat.framework'),
  threatTacticIds: strings('threat.tactic.id'),
  threatTacticNames: strings('threat.tactic.name'),
  threatTechniqueIds: strings('threat.technique.id'),
  threatSubtechniqueIds: strings('threat.technique.subtechnique.id'),
  /** informational, low, medium, high or critical. */
  ruleLevel: string('sigel.rule.level'),
  ruleAuthor: string('sigel.rule.author'),
  ruleStatus: string('sigel.rule.status'),
  ruleReferences: strings('sigel.rule.references'),
  ruleFalsePositives: strings('sigel.rule.false_positives'),
  ruleTags: strings('sigel.rule.tags'),
  /** SHA-256 of the pack that brought the rule, in hex. */
  rulePackDigest: string('sigel.rule.pack_digest'),
  /** The event name of the record that fired the rule. */
  detectionEventName: string('sigel.detection.event_name'),
  /** The log.record.uid of that record. */
  detectionEventUid: string('sigel.detection.event_uid'),
  /** How many detections like it were held back before. */
  detectionHeldBack: int('sigel.detection.held_back'),
  /** The same by the id of their rule. */
  detectionHeldBackRules: map('sigel.detection.held_back_rules'),
  /** By field of the rule: event, process, file or inferred, where its value came from. */
  detectionFields: map('sigel.detection.fields'),
  /** observed or inferred: how a signature knows what it tells. */
  detectionEvidence: string('sigel.evidence'),
  /** What else a signature tells. */
  detectionData: map('sigel.detection.data'),
  /** Files that were captured beside a detection: traces, and the journal of containers. */
  capturePaths: strings('sigel.capture.paths'),
  /** The SHA-256 of each, in hexadecimal. */
  captureSha256: strings('sigel.capture.sha256'),
  /** The values that the events of a correlation have in common. */
  correlationGroup: map('sigel.correlation.group'),
  /** The log.record.uid of those events, oldest first. */
  correlationEvents: strings('sigel.correlation.events'),
  /** The number that a correlation came to. */
  correlationValue: double('sigel.correlation.value'),
  /** The same for one event and rule, whenever and wherever it is judged. */
  logRecordUid: string('log.record.uid'),

  // The names that the Elastic Common Schema has for what stands under OpenTelemetry's already: see processors/ecs.
  ecsEventKind: string('event.kind'),
  ecsEventCategory: strings('event.category'),
  ecsEventType: strings('event.type'),
  ecsEventAction: string('event.action'),
  ecsEventOutcome: string('event.outcome'),
  ecsEventModule: string('event.module'),
  ecsEventId: string('event.id'),
  ecsEventCode: string('event.code'),
  ecsEventProvider: string('event.provider'),
  ecsProcessName: string('process.name'),
  ecsProcessExecutable: string('process.executable'),
  ecsProcessStart: string('process.start'),
  ecsProcessEnd: string('process.end'),
  ecsProcessExitCode: int('process.exit_code'),
  ecsProcessThreadId: int('process.thread.id'),
  ecsProcessParentPid: int('process.parent.pid'),
  ecsProcessParentName: string('process.parent.name'),
  ecsProcessParentExecutable: string('process.parent.executable'),
  ecsSourceIp: string('source.ip'),
  ecsDestinationIp: string('destination.ip'),
  ecsNetworkDirection: string('network.direction'),
  ecsDnsResolvedIp: strings('dns.resolved_ip'),
  ecsRuleId: string('rule.id'),
  ecsRuleName: string('rule.name'),
  ecsRuleCategory: string('rule.category'),
  ecsRuleDescription: string('rule.description'),
  ecsRuleReference: string('rule.reference'),
  ecsRuleVersion: string('rule.version'),
  ecsRuleLicense: string('rule.license'),
  ecsRuleRuleset: string('rule.ruleset'),
  ecsRuleAuthor: strings('rule.author'),

  // What the agent says of itself: the ETW session, what was lost in it, and why.
  sessionName: string('sigel.session.name'),
  agentCause: string('sigel.cause'),
  lostEvents: int('sigel.lost.events'),
  lostBuffers: int('sigel.lost.buffers'),
  /** What the CPU governor has switched off: how many stages, and which. */
  governorLevel: int('sigel.governor.level'),
  governorStages: strings('sigel.governor.stages'),
  /** Cores in use, and that may be. */
  governorUsage: double('sigel.governor.usage'),
  governorLimit: double('sigel.governor.limit'),
  /** The text of an event that the agent wrote to see that it comes back. */
  canaryId: string('sigel.canary.id'),
  agentVersion: string('sigel.agent.version'),
  /** Seconds since the start. */
  agentUptime: int('sigel.agent.uptime'),
  /** Of the component that is worst off, and what is not well. */
  agentStatus: string('sigel.agent.status'),
  agentTroubles: strings('sigel.agent.troubles'),
  /** SHA-256 of what `sigel print-config` prints. */
  agentConfigHash: string('sigel.config.hash'),
  agentRules: int('sigel.rules.count'),
  /** Packs of rules with their SHA-256. */
  agentRulePacks: strings('sigel.rules.packs'),
  /** Sums of all components since the start. */
  agentLedger: map('sigel.ledger'),
  /** Seconds before the record in which events may be missing. */
  blindDuration: double('sigel.blind.duration'),
} as const;

/** Attributes of resources. */
export const ResourceAttr = {
  serviceName: string('service.name'),
  serviceNamespace: string('service.namespace'),
  serviceVersion: string('service.version'),
  serviceInstanceId: string('service.instance.id'),
  hostName: string('host.name'),
  hostId: string('host.id'),
  hostArch: string('host.arch'),
  hostIp: strings('host.ip'),
  hostType: string('host.type'),
  osType: string('os.type'),
  osVersion: string('os.version'),
  osBuildId: string('os.build_id'),
  osDescription: string('os.description'),
  deploymentEnvironmentName: string('deployment.environment.name'),
  cloudProvider: string('cloud.provider'),
  cloudPlatform: string('cloud.platform'),
  cloudRegion: string('cloud.region'),
  cloudAvailabilityZone: string('cloud.availability_zone'),
  cloudAccountId: string('cloud.account.id'),
  cloudResourceId: string('cloud.resource_id'),
  containerId: string('container.id'),
  containerName: string('container.name'),
  containerImageName: string('container.image.name'),
  containerImageTags: strings('container.image.tags'),
  containerImageRepoDigests: strings('container.image.repo_digests'),
  containerRuntimeName: string('container.runtime.name'),
  containerRuntimeVersion: string('container.runtime.version'),
  k8sClusterName: string('k8s.cluster.name'),
  k8sClusterUid: string('k8s.cluster.uid'),
  k8sNodeName: string('k8s.node.name'),
  k8sNamespaceName: string('k8s.namespace.name'),
  k8sDeploymentName: string('k8s.deployment.name'),
  k8sReplicaSetName: string('k8s.replicaset.name'),
  k8sReplicaSetUid: string('k8s.replicaset.uid'),
  k8sStatefulSetName: string('k8s.statefulset.name'),
  k8sStatefulSetUid: string('k8s.statefulset.uid'),
  k8sDaemonSetName: string('k8s.daemonset.name'),
  k8sDaemonSetUid: string('k8s.daemonset.uid'),
  k8sCronJobName: string('k8s.cronjob.name'),
  k8sJobName: string('k8s.job.name'),
  k8sJobUid: string('k8s.job.uid'),
  k8sPodName: string('k8s.pod.name'),
  k8sPodUid: string('k8s.pod.uid'),
  k8sPodStartTime: string('k8s.pod.start_time'),
  k8sPodIp: string('k8s.pod.ip'),
  k8sPodHostname: string('k8s.pod.hostname'),
  k8sContainerName: string('k8s.container.name'),
  k8sContainerRestartCount: int('k8s.container.restart_count'),
  // The Elastic Common Schema's names.
  ecsHostArchitecture: string('host.architecture'),
  ecsHostOsType: string('host.os.type'),
  ecsHostOsVersion: string('host.os.version'),
  ecsHostOsFull: string('host.os.full'),
  ecsOrchestratorClusterName: string('orchestrator.cluster.name'),
  ecsOrchestratorNamespace: string('orchestrator.namespace'),
  telemetrySdkName: string('telemetry.sdk.name'),
  telemetrySdkLanguage: string('telemetry.sdk.language'),
  telemetrySdkVersion: string('telemetry.sdk.version'),
} as const;

/** Attributes of Sigel's own metrics. */
export const MetricAttr = {
  /** `type` or `type/name`, as in the configuration. */
  componentId: string('sigel.component.id'),
  componentKind: string('sigel.component.kind'),
  /** The pipeline that a processor's instance stands in. */
  pipelineId: string('sigel.pipeline.id'),
  /** The signals that a connector's instance joins. */
  signal: string('sigel.signal'),
  signalOutput: string('sigel.signal.output'),
  /** Why records were dropped or events lost. */
  cause: Attr.agentCause,
  configHash: Attr.agentConfigHash,
  /** The ETW session. */
  sessionName: Attr.sessionName,
  attributionMethod: Attr.attributionMethod,
  /** The level of a rule. */
  ruleLevel: Attr.ruleLevel,
  /** Its id, else its name, else its place; `other` for many. */
  ruleId: string('sigel.rule.id'),
  /** What came of rules that changed: `loaded`, `refused`; of the configuration: `changed`, `unchanged`, `refused`. */
  reloadOutcome: string('sigel.reload.outcome'),
  /** Why a detection was not told: `exception`, `shadow`, `throttle` or `cap`. */
  withheldReason: string('sigel.withheld.reason'),
  /** Why nothing was captured beside a detection: `cool_down`, `quota`, `nothing` or `failed`. */
  captureSkipped: string('sigel.capture.skipped.reason'),
  /** What the attribution remembers: `claims` of pids, `sessions`, `silos`, … */
  attributionState: string('sigel.attribution.state'),
  /** What an event consumed as state was. */
  stateType: string('sigel.state.type'),
  cpuMode: string('cpu.mode'),
  /** What came of asking for a file's facts. */
  fileFactsOutcome: string('sigel.file_facts.outcome'),
  /** The file of a component's store. */
  storageStore: string('sigel.storage.store'),
  /** A step of the CPU governor: `shed`, `restore`. */
  governorStep: string('sigel.governor.step'),
  /** A stage of what is shed. */
  governorStage: string('sigel.governor.stage'),
  /** A limit of `rate_limit`. */
  rateLimitName: string('sigel.rate_limit.name'),
  // The labels of the Collector's own metrics.
  otelReceiver: string('receiver'),
  otelTransport: string('transport'),
  otelProcessor: string('processor'),
  otelSignal: string('otel_signal'),
  otelExporter: string('exporter'),
  otelDataType: string('data_type'),
} as const;

/** The key of a registered name, or undefined. */
export function registered(name: string): AttributeKey | undefined {
  return registry.get(name);
}
