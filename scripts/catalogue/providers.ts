/** A published set of descriptions: a folder of the shared data and where it comes from. */
export interface Origin {
  /** Folder below the manifests folder. */
  readonly folder: string;
  /** For the catalogue's `sources`. */
  readonly source: string;
}

/** Reconstructed by TDH on Windows 10 build 17134; the richest description of most providers. */
export const RECONSTRUCTED: Origin = {
  folder: 'Win10-17134',
  source: 'repnz/etw-providers-docs d5f68e8 (Windows 10 17134)',
};

/** Tables of in types per Windows build, newest first. */
export const TABLES: readonly Origin[] = [
  { folder: 'jdu2600-Win11-26H1-28000', source: 'jdu2600/Windows10EtwEvents 84e7261 (Windows 11 28000)' },
  { folder: 'jdu2600-Win11-24H2-26100', source: 'jdu2600/Windows10EtwEvents 5f8daea (Windows 11 26100)' },
  { folder: 'jdu2600-Win11-21H2-22000', source: 'jdu2600/Windows10EtwEvents 8a8a66f (Windows 11 22000)' },
  { folder: 'jdu2600-Win10-1809-17763', source: 'jdu2600/Windows10EtwEvents 086d88e (Windows 10 17763)' },
];

/** The publisher's own manifest of the .NET runtime, which holds several providers. */
export const DOTNET: Origin & { readonly file: string } = {
  folder: 'dotnet',
  file: 'ClrEtwAll.man',
  source: 'microsoft/perfview src/TraceEvent/ClrEtwAll.man (MIT)',
};

/** What is generated; another provider whose descriptions are in the shared data needs only its name here. */
export const PROVIDERS: readonly { readonly name: string; readonly dotnet?: true }[] = [
  { name: 'Microsoft-Antimalware-Scan-Interface' },
  { name: 'Microsoft-Windows-Bits-Client' },
  { name: 'Microsoft-Windows-CodeIntegrity' },
  { name: 'Microsoft-Windows-Containers-BindFlt' },
  { name: 'Microsoft-Windows-Containers-Wcifs' },
  { name: 'Microsoft-Windows-DNS-Client' },
  { name: 'Microsoft-Windows-DotNETRuntime', dotnet: true },
  { name: 'Microsoft-Windows-DotNETRuntimePrivate', dotnet: true },
  { name: 'Microsoft-Windows-DotNETRuntimeRundown', dotnet: true },
  { name: 'Microsoft-Windows-Kernel-Audit-API-Calls' },
  { name: 'Microsoft-Windows-Kernel-File' },
  { name: 'Microsoft-Windows-Kernel-General' },
  { name: 'Microsoft-Windows-Kernel-Network' },
  { name: 'Microsoft-Windows-Kernel-Process' },
  { name: 'Microsoft-Windows-Kernel-Registry' },
  { name: 'Microsoft-Windows-LDAP-Client' },
  { name: 'Microsoft-Windows-PowerShell' },
  { name: 'Microsoft-Windows-RPC' },
  { name: 'Microsoft-Windows-SMBClient' },
  { name: 'Microsoft-Windows-SMBServer' },
  { name: 'Microsoft-Windows-Security-Auditing' },
  { name: 'Microsoft-Windows-Services' },
  { name: 'Microsoft-Windows-TCPIP' },
  { name: 'Microsoft-Windows-TaskScheduler' },
  { name: 'Microsoft-Windows-Threat-Intelligence' },
  { name: 'Microsoft-Windows-WMI-Activity' },
  { name: 'Microsoft-Windows-WebIO' },
  { name: 'Microsoft-Windows-Win32k' },
  { name: 'Microsoft-Windows-WinINet' },
  { name: 'Microsoft-Windows-WinRM' },
  { name: 'Microsoft-Windows-Windows Defender' },
];
