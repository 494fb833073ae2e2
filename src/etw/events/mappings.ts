import { classicFile } from './classic_file.ts';
import { classicImage, classicProcess, classicThread } from './classic_process.ts';
import { classicRegistry } from './classic_registry.ts';
import { dnsClient } from './dns_client.ts';
import { kernelFile } from './kernel_file.ts';
import { kernelNetwork } from './kernel_network.ts';
import { kernelProcess } from './kernel_process.ts';
import { kernelRegistry } from './kernel_registry.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';
import { powershell } from './powershell.ts';
import { systemConfig } from './system_config.ts';

/** Every provider that has a mapping table. A new file is listed here, and nowhere else. */
export const PROVIDER_MAPPINGS: readonly ProviderMapping[] = [
  kernelProcess,
  kernelFile,
  kernelNetwork,
  kernelRegistry,
  dnsClient,
  powershell,
  classicProcess,
  classicImage,
  classicThread,
  classicFile,
  classicRegistry,
  systemConfig,
];

const byGuid = new Map(PROVIDER_MAPPINGS.map((mapping) => [mapping.guid, mapping]));

/** The mapping of an event, or undefined when no table knows it. */
export function mappingOf(providerId: string | null, id: number, opcode: number): EventMapping | undefined {
  const provider = providerId === null ? undefined : byGuid.get(providerId);
  return provider?.events[provider.keyedBy === 'id' ? id : opcode];
}
