import type { Logsource, LogsourceName, LogsourceTable } from '../logsource.ts';
import { createRemoteThread } from './categories/create_remote_thread.ts';
import { dnsQuery } from './categories/dns_query.ts';
import { createStreamHash, fileAccess, fileDelete, fileEvent, fileRename } from './categories/files.ts';
import { driverLoad, imageLoad } from './categories/image_load.ts';
import { networkConnection } from './categories/network_connection.ts';
import { psModule, psScript } from './categories/powershell.ts';
import { processAccess } from './categories/process_access.ts';
import { processCreation } from './categories/process_creation.ts';
import { processTermination } from './categories/process_termination.ts';
import { registryAdd, registryDelete, registryEvent, registrySet } from './categories/registry.ts';
import { wmiEvent } from './categories/wmi_event.ts';
import { CategoryLogsource } from './category_logsource.ts';
import type { CategoryDefinition } from './definition.ts';
import { ServiceLogsource } from './service_logsource.ts';
import { SERVICES } from './services.ts';

/** Every category that ETW tells of. A new file is listed here, and nowhere else. */
export const CATEGORIES: readonly CategoryDefinition[] = [
  processCreation,
  processTermination,
  imageLoad,
  driverLoad,
  fileEvent,
  fileDelete,
  fileRename,
  fileAccess,
  createStreamHash,
  registrySet,
  registryAdd,
  registryDelete,
  registryEvent,
  networkConnection,
  dnsQuery,
  psScript,
  psModule,
  createRemoteThread,
  processAccess,
  wmiEvent,
];

const categories = new Map(CATEGORIES.map((one) => [one.category, new CategoryLogsource(one)]));
const services = new Map<string, ServiceLogsource>();

/** What rules mean in records made of ETW events. */
export const etwLogsources: LogsourceTable = {
  find({ product, category, service }: LogsourceName): Logsource | undefined {
    if (product !== undefined && product !== 'windows') return undefined;
    // A category says more than the channel it was seen in.
    if (category !== undefined) return categories.get(category);
    return service === undefined ? undefined : serviceLogsource(service);
  },
};

// Made when first asked for: the catalogue's file of a provider is read then.
function serviceLogsource(service: string): ServiceLogsource | undefined {
  const known = services.get(service);
  if (known !== undefined) return known;
  const provider = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (provider === undefined) return undefined;
  const made = new ServiceLogsource(service, provider);
  services.set(service, made);
  return made;
}
