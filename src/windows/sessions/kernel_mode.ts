import { registeredName } from '../../etw/catalogue/provider_names.ts';
import { SystemProvider } from '../abi/constants.ts';

const SYSTEM: ReadonlySet<string> = new Set(Object.values(SystemProvider));

// Providers of drivers. They write from the host's kernel whichever silo an event is about, so they are not
// enabled in silos of their own.
const DRIVERS: ReadonlySet<string> = new Set([
  'Microsoft-Windows-CodeIntegrity',
  'Microsoft-Windows-Containers-BindFlt',
  'Microsoft-Windows-Containers-Wcifs',
  'Microsoft-Windows-Containers-Wcnfs',
  'Microsoft-Windows-FileInfoMinifilter',
  'Microsoft-Windows-FilterManager',
  'Microsoft-Windows-HttpService',
  'Microsoft-Windows-NDIS',
  'Microsoft-Windows-NDIS-PacketCapture',
  'Microsoft-Windows-Ndu',
  'Microsoft-Windows-Ntfs',
  'Microsoft-Windows-PktMon',
  'Microsoft-Windows-ReFS',
  'Microsoft-Windows-SMBClient',
  'Microsoft-Windows-SMBDirect',
  'Microsoft-Windows-SMBServer',
  'Microsoft-Windows-StorPort',
  'Microsoft-Windows-TCPIP',
  'Microsoft-Windows-Threat-Intelligence',
  'Microsoft-Windows-VHDMP',
  'Microsoft-Windows-Volume',
  'Microsoft-Windows-VolumeSnapshot-Driver',
  'Microsoft-Windows-WFP',
  'Microsoft-Windows-Win32k',
  'Microsoft-Windows-Winsock-AFD',
]);

/** Whether a provider is known to write in kernel mode: by its shipped name, or as one of the system's. */
export function isKernelMode(guid: string): boolean {
  if (SYSTEM.has(guid)) return true;
  const name = registeredName(guid) ?? '';
  return name.startsWith('Microsoft-Windows-Kernel-') || DRIVERS.has(name);
}
