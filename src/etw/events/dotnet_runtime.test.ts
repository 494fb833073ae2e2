import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { dotnetRuntime, dotnetRuntimeRundown } from './dotnet_runtime.ts';

const assembly = {
  AssemblyID: 0x10,
  AppDomainID: 0x20,
  AssemblyFlags: 2,
  FullyQualifiedAssemblyName: 'Evil, Version=1',
};
const assemblyTold = {
  'sigel.dotnet.assembly.name': 'Evil, Version=1',
  'sigel.dotnet.assembly.id': '0x10',
  'sigel.dotnet.app_domain.id': '0x20',
  'sigel.dotnet.flags': '0x2',
};
const module = {
  ModuleID: 0x30,
  AssemblyID: 0x10,
  ModuleFlags: 8,
  ModuleILPath: 'C:\\e.dll',
  ModuleNativePath: '',
};
const moduleTold = {
  'dll.path': 'C:\\e.dll',
  'dll.name': 'e.dll',
  'sigel.dotnet.module.id': '0x30',
  'sigel.dotnet.assembly.id': '0x10',
  'sigel.dotnet.flags': '0x8',
};
const domain = { AppDomainID: 0x20, AppDomainFlags: 1, AppDomainName: 'DefaultDomain' };
const domainTold = {
  'sigel.dotnet.app_domain.name': 'DefaultDomain',
  'sigel.dotnet.app_domain.id': '0x20',
  'sigel.dotnet.flags': '0x1',
};
const row = {
  assembly: (id: number, act: string, severity = 5): MappedRow => [
    id,
    assembly,
    `dotnet.assembly.${act}`,
    severity,
    `.NET assembly ${act}: Evil, Version=1 (pid 4711)`,
    assemblyTold,
  ],
  module: (id: number, act: string): MappedRow => [
    id,
    module,
    `dotnet.module.${act}`,
    5,
    `.NET module ${act}: C:\\e.dll (pid 4711)`,
    moduleTold,
  ],
  domain: (id: number, act: string): MappedRow => [
    id,
    domain,
    `dotnet.app_domain.${act}`,
    5,
    `.NET app domain ${act}: DefaultDomain (pid 4711)`,
    domainTold,
  ],
};

testMappingRows(dotnetRuntime, [
  row.module(152, 'load'),
  row.module(153, 'unload'),
  row.assembly(154, 'load', 9),
  row.assembly(155, 'unload'),
  row.domain(156, 'load'),
  row.domain(157, 'unload'),
  // An image compiled ahead of time has no other path.
  [
    152,
    { ...module, ModuleILPath: '', ModuleNativePath: 'C:\\n.ni.dll' },
    'dotnet.module.load',
    5,
    '.NET module load: C:\\n.ni.dll (pid 4711)',
    {
      ...moduleTold,
      'dll.path': undefined,
      'dll.name': undefined,
      'sigel.dotnet.module.native_path': 'C:\\n.ni.dll',
    },
  ],
]);

testMappingRows(dotnetRuntimeRundown, [
  row.module(153, 'rundown'),
  row.module(154, 'rundown'),
  row.assembly(155, 'rundown'),
  row.assembly(156, 'rundown'),
  row.domain(157, 'rundown'),
  row.domain(158, 'rundown'),
]);
