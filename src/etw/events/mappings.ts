import { amsi } from './amsi.ts';
import { bitsClient } from './bits_client.ts';
import { classicFile } from './classic_file.ts';
import { classicTcp, classicUdp } from './classic_network.ts';
import { classicImage, classicProcess, classicThread } from './classic_process.ts';
import { classicRegistry } from './classic_registry.ts';
import { codeIntegrity } from './code_integrity.ts';
import { dnsClient } from './dns_client.ts';
import { dotnetRuntime, dotnetRuntimeRundown } from './dotnet_runtime.ts';
import { kernelAuditApiCalls } from './kernel_audit_api_calls.ts';
import { kernelFile } from './kernel_file.ts';
import { kernelNetwork } from './kernel_network.ts';
import { kernelProcess } from './kernel_process.ts';
import { kernelRegistry } from './kernel_registry.ts';
import { ldapClient } from './ldap_client.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';
import { powershell } from './powershell.ts';
import { rpc } from './rpc.ts';
import { securityAuditing } from './security_auditing.ts';
import { services } from './services.ts';
import { sigelAgent } from './sigel.ts';
import { smbClient } from './smb_client.ts';
import { smbServer } from './smb_server.ts';
import { systemConfig } from './system_config.ts';
import { taskScheduler } from './task_scheduler.ts';
import { threatIntelligence } from './threat_intelligence.ts';
import { windowsDefender } from './windows_defender.ts';
import { winrm } from './winrm.ts';
import { wmiActivity } from './wmi_activity.ts';

/** Every provider that has a mapping table. A new file is listed here, and nowhere else. */
export const PROVIDER_MAPPINGS: readonly ProviderMapping[] = [
  kernelProcess,
  kernelFile,
  kernelNetwork,
  kernelRegistry,
  dnsClient,
  powershell,
  amsi,
  wmiActivity,
  taskScheduler,
  services,
  kernelAuditApiCalls,
  threatIntelligence,
  securityAuditing,
  codeIntegrity,
  windowsDefender,
  bitsClient,
  ldapClient,
  winrm,
  rpc,
  smbServer,
  smbClient,
  dotnetRuntime,
  dotnetRuntimeRundown,
  classicProcess,
  classicImage,
  classicThread,
  classicFile,
  classicTcp,
  classicUdp,
  classicRegistry,
  systemConfig,
  sigelAgent,
];

const byGuid = new Map(PROVIDER_MAPPINGS.map((mapping) => [mapping.guid, mapping]));

/** The mapping of an event, or undefined when no table knows it. */
export function mappingOf(providerId: string | null, id: number, opcode: number): EventMapping | undefined {
  const provider = providerId === null ? undefined : byGuid.get(providerId);
  return provider?.events[provider.keyedBy === 'id' ? id : opcode];
}
