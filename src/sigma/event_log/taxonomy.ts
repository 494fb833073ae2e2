/** Events of one log: by channel and provider (either is enough to know them) and, if not all, by id. */
export interface EventKind {
  readonly channel: string;
  readonly provider?: string;
  readonly ids?: readonly number[];
  /** Sysmon's EventType, for ids that stand for several things. */
  readonly types?: readonly string[];
  /** Fields that have another name in these events, by Sigma's. */
  readonly fields?: Readonly<Record<string, string>>;
}

const sysmon = (...ids: number[]): EventKind => ({
  channel: 'Microsoft-Windows-Sysmon/Operational',
  provider: 'Microsoft-Windows-Sysmon',
  ids,
});
const powershell = (id: number): EventKind[] => [
  {
    channel: 'Microsoft-Windows-PowerShell/Operational',
    provider: 'Microsoft-Windows-PowerShell',
    ids: [id],
  },
  { channel: 'PowerShellCore/Operational', provider: 'PowerShellCore', ids: [id] },
];
const classic = (id: number): EventKind => ({
  channel: 'Windows PowerShell',
  provider: 'PowerShell',
  ids: [id],
});
const kernelFile = (...ids: number[]): EventKind => ({
  channel: 'Microsoft-Windows-Kernel-File/Analytic',
  provider: 'Microsoft-Windows-Kernel-File',
  ids,
});

/**
 * The events that Sigma's categories mean. Source: the Sigma specification's appendix "Taxonomy", and the log
 * sources that pySigma's Sysmon and Windows pipelines map.
 */
export const CATEGORIES: Readonly<Record<string, readonly EventKind[]>> = {
  process_creation: [
    sysmon(1),
    {
      channel: 'Security',
      provider: 'Microsoft-Windows-Security-Auditing',
      ids: [4688],
      fields: { Image: 'NewProcessName', ParentImage: 'ParentProcessName', IntegrityLevel: 'MandatoryLabel' },
    },
  ],
  file_change: [sysmon(2)],
  network_connection: [sysmon(3)],
  sysmon_status: [sysmon(4, 16)],
  process_termination: [sysmon(5)],
  driver_load: [sysmon(6)],
  image_load: [sysmon(7)],
  create_remote_thread: [sysmon(8)],
  raw_access_thread: [sysmon(9)],
  process_access: [sysmon(10)],
  file_event: [sysmon(11)],
  registry_event: [sysmon(12, 13, 14)],
  registry_add: [{ ...sysmon(12), types: ['CreateKey'] }],
  registry_delete: [{ ...sysmon(12), types: ['DeleteKey', 'DeleteValue'] }],
  registry_set: [sysmon(13)],
  registry_rename: [sysmon(14)],
  create_stream_hash: [sysmon(15)],
  pipe_created: [sysmon(17, 18)],
  wmi_event: [sysmon(19, 20, 21)],
  dns_query: [sysmon(22)],
  file_delete: [sysmon(23, 26)],
  clipboard_change: [sysmon(24)],
  process_tampering: [sysmon(25)],
  file_block: [sysmon(27, 28)],
  file_executable_detected: [sysmon(29)],
  sysmon_error: [sysmon(255)],
  file_access: [kernelFile(12)],
  file_rename: [kernelFile(27)],
  ps_module: powershell(4103),
  ps_script: powershell(4104),
  ps_classic_start: [classic(400)],
  ps_classic_provider_start: [classic(600)],
  ps_classic_script: [classic(800)],
};

/** The channels that Sigma's services mean; the same source. */
export const SERVICES: Readonly<Record<string, readonly string[]>> = {
  security: ['Security'],
  system: ['System'],
  application: ['Application'],
  sysmon: ['Microsoft-Windows-Sysmon/Operational'],
  powershell: ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
  'powershell-classic': ['Windows PowerShell'],
  taskscheduler: ['Microsoft-Windows-TaskScheduler/Operational'],
  wmi: ['Microsoft-Windows-WMI-Activity/Operational'],
  windefend: ['Microsoft-Windows-Windows Defender/Operational'],
  'dns-server': ['DNS Server'],
  'dns-server-audit': ['Microsoft-Windows-DNS-Server/Audit'],
  'dns-server-analytic': ['Microsoft-Windows-DNS-Server/Analytical'],
  'dns-client': ['Microsoft-Windows-DNS Client Events/Operational'],
  'driver-framework': ['Microsoft-Windows-DriverFrameworks-UserMode/Operational'],
  ntlm: ['Microsoft-Windows-NTLM/Operational'],
  dhcp: ['Microsoft-Windows-DHCP-Server/Operational'],
  'msexchange-management': ['MSExchange Management'],
  applocker: [
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ],
  'printservice-admin': ['Microsoft-Windows-PrintService/Admin'],
  'printservice-operational': ['Microsoft-Windows-PrintService/Operational'],
  'terminalservices-localsessionmanager': [
    'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
  ],
  'codeintegrity-operational': ['Microsoft-Windows-CodeIntegrity/Operational'],
  'smbclient-security': ['Microsoft-Windows-SmbClient/Security'],
  'smbclient-connectivity': ['Microsoft-Windows-SmbClient/Connectivity'],
  'smbserver-connectivity': ['Microsoft-Windows-SMBServer/Connectivity'],
  'firewall-as': ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  'bits-client': ['Microsoft-Windows-Bits-Client/Operational'],
  ldap: ['Microsoft-Windows-LDAP-Client/Debug'],
  'appxdeployment-server': ['Microsoft-Windows-AppXDeploymentServer/Operational'],
  'appxpackaging-om': ['Microsoft-Windows-AppxPackaging/Operational'],
  'appmodel-runtime': ['Microsoft-Windows-AppModel-Runtime/Admin'],
  'lsa-server': ['Microsoft-Windows-LSA/Operational'],
  vhdmp: ['Microsoft-Windows-VHDMP/Operational'],
  'security-mitigations': [
    'Microsoft-Windows-Security-Mitigations/KernelMode',
    'Microsoft-Windows-Security-Mitigations/UserMode',
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ],
  'diagnosis-scripted': ['Microsoft-Windows-Diagnosis-Scripted/Operational'],
  'shell-core': ['Microsoft-Windows-Shell-Core/Operational'],
  openssh: ['OpenSSH/Operational'],
  'microsoft-servicebus-client': ['Microsoft-ServiceBus-Client', 'Microsoft-ServiceBus-Client/Operational'],
  capi2: ['Microsoft-Windows-CAPI2/Operational'],
  'certificateservicesclient-lifecycle-system': [
    'Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational',
  ],
  'iis-configuration': ['Microsoft-IIS-Configuration/Operational'],
  'hyper-v-worker': ['Microsoft-Windows-Hyper-V-Worker'],
  'kernel-event-tracing': ['Microsoft-Windows-Kernel-EventTracing/Admin'],
  'kernel-shimengine': ['Microsoft-Windows-Kernel-ShimEngine/Operational'],
};
