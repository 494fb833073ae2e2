import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, baseName, field } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const DOMAIN = field('AppDomainID', Attr.appDomainId, address);
const ASSEMBLY = [
  field('FullyQualifiedAssemblyName', Attr.assemblyName),
  field('AssemblyID', Attr.assemblyId, address),
  DOMAIN,
  field('AssemblyFlags', Attr.dotnetFlags, address),
];
const MODULE = [
  field('ModuleILPath', Attr.dllPath),
  field('ModuleILPath', Attr.dllName, baseName),
  field('ModuleNativePath', Attr.dotnetNativePath),
  field('ModuleID', Attr.dotnetModuleId, address),
  field('AssemblyID', Attr.assemblyId, address),
  field('ModuleFlags', Attr.dotnetFlags, address),
];
const APP_DOMAIN = [
  field('AppDomainName', Attr.appDomainName),
  DOMAIN,
  field('AppDomainFlags', Attr.dotnetFlags, address),
];

const loader = (
  thing: string,
  act: string,
  severity: SeverityNumber,
  what: string,
  fields: readonly FieldMapping[],
): EventMapping => ({
  eventName: `dotnet.${thing}.${act}`,
  severity,
  body: `.NET ${thing.replace('_', ' ')} ${act}: ${what} (pid {process.pid})`,
  fields,
});
const assembly = (act: string, severity: SeverityNumber = Severity.debug): EventMapping =>
  loader('assembly', act, severity, '{sigel.dotnet.assembly.name}', ASSEMBLY);
const module = (act: string): EventMapping => ({
  ...loader('module', act, Severity.debug, '{dll.path|sigel.dotnet.module.native_path}', MODULE),
  learned: [Attr.ntPath],
});
const appDomain = (act: string): EventMapping =>
  loader('app_domain', act, Severity.debug, '{sigel.dotnet.app_domain.name}', APP_DOMAIN);

const NOTES = `The loader's events. An assembly that came from memory has a module whose path is its bare name.`;

/** Microsoft-Windows-DotNETRuntime: what the loader did. */
export const dotnetRuntime: ProviderMapping = {
  guid: 'e13c0d23-ccbc-4e12-931b-d9cc2eee27e4',
  name: 'Microsoft-Windows-DotNETRuntime',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    152: module('load'),
    153: module('unload'),
    154: assembly('load', Severity.info),
    155: assembly('unload'),
    156: appDomain('load'),
    157: appDomain('unload'),
  },
};

/** Microsoft-Windows-DotNETRuntimeRundown: what was loaded when the session began or ended. */
export const dotnetRuntimeRundown: ProviderMapping = {
  guid: 'a669021c-c450-4609-a035-5af59af4df18',
  name: 'Microsoft-Windows-DotNETRuntimeRundown',
  keyedBy: 'id',
  events: {
    153: module('rundown'),
    154: module('rundown'),
    155: assembly('rundown'),
    156: assembly('rundown'),
    157: appDomain('rundown'),
    158: appDomain('rundown'),
  },
};
