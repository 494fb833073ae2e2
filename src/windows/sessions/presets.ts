import { PROVIDER_DEFAULTS, type ProviderSpec } from './provider_spec.ts';
import type { KernelGroup } from './system_logger.ts';

/** What a preset, or a configuration, says of one session. */
export interface SessionSpec {
  readonly name: string;
  /** Whether its events are lost before those of others when the pipelines are slow, or after. */
  readonly shed: 'first' | 'last';
  readonly kernel: readonly KernelGroup[];
  readonly providers: readonly ProviderSpec[];
}

/** A ready-made set of sessions. */
export interface Preset {
  /** For the documentation, a sentence or two. */
  readonly docs: string;
  readonly sessions: readonly SessionSpec[];
}

/** The names of the presets. */
export type PresetName = 'security' | 'security_verbose' | 'eolh';

type Details = Partial<Omit<ProviderSpec, 'provider' | 'properties' | 'event_ids'>> & {
  readonly ids?: readonly number[];
};

// Ids and keywords are those of the manifests (Windows 10 17763 to 11 28000) that src/etw/events has tables for.
const userMode = (provider: string, details: Details = {}): ProviderSpec =>
  spec(provider, details, { ...PROVIDER_DEFAULTS.properties, sid: true });
const kernelMode = (provider: string, details: Details = {}): ProviderSpec =>
  spec(provider, details, PROVIDER_DEFAULTS.properties);

function spec(
  provider: string,
  { ids, ...details }: Details,
  properties: ProviderSpec['properties'],
): ProviderSpec {
  return {
    ...PROVIDER_DEFAULTS,
    ...details,
    provider,
    properties,
    ...(ids === undefined ? {} : { event_ids: { include: ids } }),
  };
}

const PROCESS = 'Microsoft-Windows-Kernel-Process';
const FILE = 'Microsoft-Windows-Kernel-File';
const NETWORK = 'Microsoft-Windows-Kernel-Network';
const REGISTRY = 'Microsoft-Windows-Kernel-Registry';
const DOT_NET = 'Microsoft-Windows-DotNETRuntime';

/** Connections, not the data that goes over them: TCP connect, disconnect, accept, reconnect, failed. */
const CONNECTIONS = [12, 13, 15, 16, 17, 28, 29, 31, 32];
/** And each datagram. */
const DATAGRAMS = [42, 43, 58, 59];

/** Which processes, images, jobs and containers there are; everything else is attributed with these. */
const lifecycle = (keywords: readonly string[]): SessionSpec => ({
  name: 'sigel-lifecycle',
  shed: 'last',
  kernel: ['process'],
  providers: [kernelMode(PROCESS, { keywords_any: keywords, capture_state: true })],
});

const SECURITY_LOGS: readonly ProviderSpec[] = [
  userMode('Microsoft-Windows-DNS-Client', { ids: [3006, 3008, 3020] }),
  userMode('Microsoft-Antimalware-Scan-Interface', { ids: [1101] }),
  kernelMode('Microsoft-Windows-Kernel-Audit-API-Calls'),
  userMode('Microsoft-Windows-TaskScheduler', { level: 'information' }),
  userMode('Microsoft-Windows-Services', { ids: [105, 200, 201, 202, 203, 204, 205] }),
  userMode('Microsoft-Windows-Windows Defender', { level: 'information' }),
  kernelMode('Microsoft-Windows-CodeIntegrity', { level: 'information' }),
  userMode('Microsoft-Windows-Bits-Client', { ids: [3, 4, 5, 6, 59, 60, 61, 16_403] }),
  userMode('Microsoft-Windows-WinRM', { ids: [6, 11, 91, 142, 161] }),
  userMode('Microsoft-Windows-LDAP-Client', { ids: [30] }),
];

/**
 * What the runtime tells of its containers, in TraceLogging: their ids with pids, so that a recording says itself which is which.
 * Their GUIDs are of their names.
 */
const RUNTIME: readonly ProviderSpec[] = [
  userMode('Microsoft.Virtualization.RunHCS', { level: 'information' }),
  userMode('ContainerD', { level: 'information' }),
];

/** The keys behind handles are told when they are opened; without these, changes have no paths. */
const KEY_CHANGES = [
  'SetValueKey',
  'DeleteValueKey',
  'CreateKey',
  'DeleteKey',
  'SetSecurityKey',
  'OpenKey',
  'CloseKey',
];

const THREAT_INTELLIGENCE =
  'Without Microsoft-Windows-Threat-Intelligence, which only protected (antimalware PPL) processes may consume.';

const SECURITY: Preset = {
  docs:
    'What detection rules look at: processes with their command lines, images, jobs and containers in a session of ' +
    'their own that loses events last; files made, renamed and deleted, registry changes, connections, DNS, scripts, ' +
    `AMSI, WMI, tasks, services, Defender, code integrity, BITS, WinRM and LDAP in another. ${THREAT_INTELLIGENCE}`,
  sessions: [
    lifecycle(['PROCESS', 'IMAGE', 'JOB', 'JOB_SILO']),
    {
      name: 'sigel-events',
      shed: 'first',
      kernel: [],
      providers: [
        kernelMode(FILE, { keywords_any: ['CREATE_NEW_FILE', 'DELETE_PATH', 'RENAME_SETLINK_PATH'] }),
        kernelMode(REGISTRY, { keywords_any: KEY_CHANGES }),
        kernelMode(NETWORK, { ids: CONNECTIONS }),
        userMode('Microsoft-Windows-PowerShell', { ids: [4103, 4104] }),
        userMode('Microsoft-Windows-WMI-Activity', { ids: [11, 22, 23, 5858, 5859, 5860, 5861] }),
        ...SECURITY_LOGS,
      ],
    },
  ],
};

const SECURITY_VERBOSE: Preset = {
  docs:
    'As `security`, and what is too much for most nodes: threads, every file opened, each UDP datagram, the whole ' +
    'of PowerShell and WMI, the assemblies that .NET loads, and what containerd and its shim for Windows say of their work. ' +
    THREAT_INTELLIGENCE,
  sessions: [
    lifecycle(['PROCESS', 'IMAGE', 'JOB', 'JOB_SILO', 'THREAD']),
    {
      name: 'sigel-events',
      shed: 'first',
      kernel: [],
      providers: [
        kernelMode(FILE, {
          keywords_any: ['FILENAME', 'CREATE', 'CREATE_NEW_FILE', 'DELETE_PATH', 'RENAME_SETLINK_PATH'],
        }),
        kernelMode(REGISTRY, { keywords_any: KEY_CHANGES }),
        kernelMode(NETWORK, { ids: [...CONNECTIONS, ...DATAGRAMS] }),
        userMode('Microsoft-Windows-PowerShell', { ids: [4103, 4104, 4105, 4106] }),
        userMode('Microsoft-Windows-WMI-Activity'),
        userMode(DOT_NET, { keywords_any: ['Loader'] }),
        ...SECURITY_LOGS,
        ...RUNTIME,
      ],
    },
  ],
};

const EOLH: Preset = {
  docs:
    'The three providers of Eolh, without a limit: Microsoft-Windows-Kernel-Process, -File and -Network, and the ' +
    'command lines of processes. `include` adds providers (its -a); `exclude` leaves out `process`, `file` or ' +
    `\`network\` (its -r), or a provider. ${THREAT_INTELLIGENCE}`,
  sessions: [
    {
      name: 'sigel-lifecycle',
      shed: 'last',
      kernel: ['process'],
      providers: [kernelMode(PROCESS, { capture_state: true })],
    },
    {
      name: 'sigel-events',
      shed: 'first',
      kernel: [],
      providers: [kernelMode(FILE), kernelMode(NETWORK)],
    },
  ],
};

/** The presets by name. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  security: SECURITY,
  security_verbose: SECURITY_VERBOSE,
  eolh: EOLH,
};
