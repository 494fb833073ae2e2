import { Attr } from '../../model/attributes.ts';
import type { FileChange } from './file_join.ts';
import type { FileAction } from './file_step.ts';
import type { Side } from './pair_join.ts';
import type { ShownPaths } from './path_step.ts';
import type { Moment } from './process_join.ts';
import type { RegistryAction } from './registry_step.ts';

/** What an event is to correlation. */
export type Role =
  | { readonly kind: 'process'; readonly moment: Moment; readonly side: Side }
  | { readonly kind: 'module' }
  | { readonly kind: 'thread' }
  | { readonly kind: 'script' }
  | { readonly kind: 'file'; readonly action: FileAction }
  | {
      readonly kind: 'file_change';
      readonly action: FileAction;
      readonly change: FileChange;
      readonly side: Side;
    }
  | { readonly kind: 'registry'; readonly action: RegistryAction; readonly addresses: 'objects' | 'blocks' }
  | ({ readonly kind: 'paths' } & ShownPaths)
  | { readonly kind: 'dns_answer' }
  | { readonly kind: 'destination' }
  | { readonly kind: 'volume' }
  | { readonly kind: 'control_set' };

const process = (moment: Moment, side: Side): Role => ({ kind: 'process', moment, side });
const file = (action: FileAction): Role => ({ kind: 'file', action });
const change = (of: FileChange, action: FileAction, side: Side): Role => ({
  kind: 'file_change',
  action,
  change: of,
  side,
});
const key = (action: RegistryAction): Role => ({ kind: 'registry', action, addresses: 'objects' });
const block = (action: RegistryAction): Role => ({ kind: 'registry', action, addresses: 'blocks' });
const MODULE: Role = { kind: 'module' };
const THREAD: Role = { kind: 'thread' };

// Code integrity is asked by the process that loads the image.
const CODE: Role = {
  kind: 'paths',
  actors: [Attr.etwProcessId],
  paths: [Attr.filePath, Attr.processExecutablePath],
};
const DOTNET_MODULE: Role = {
  kind: 'paths',
  actors: [Attr.processPid],
  paths: [Attr.dllPath, Attr.dotnetNativePath],
};
const AUDITED: Role = { kind: 'paths', actors: [Attr.processPid], paths: [Attr.processExecutablePath] };
// Whoever starts a process is in the same container, but for the first process of one.
const AUDITED_START: Role = { ...AUDITED, actors: [Attr.processPid, Attr.processParentPid] };

const all = (ids: readonly number[], role: Role): [number, Role][] => ids.map((id) => [id, role]);

/** By provider, then event id (manifest events) or opcode (classic events). What is not here passes as it is. */
const ROLES: ReadonlyMap<string, ReadonlyMap<number, Role>> = new Map([
  [
    // Microsoft-Windows-Kernel-Process
    '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
    new Map([
      [1, process('start', 'main')],
      [2, process('exit', 'main')],
      [15, process('rundown', 'main')],
      [3, THREAD],
      ...all([5, 6], MODULE),
    ]),
  ],
  [
    // The kernel logger's Process class. Its list at the end (4) has no partner.
    '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
    new Map([
      [1, process('start', 'other')],
      [2, process('exit', 'other')],
      [3, process('rundown', 'other')],
    ]),
  ],
  // The kernel logger's Thread class
  ['3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', new Map([[1, THREAD]])],
  // The kernel logger's Image class
  ['2cb15d1d-5fc1-11d2-abe1-00a0c911f518', new Map(all([2, 3, 4, 10], MODULE))],
  [
    // Microsoft-Windows-Kernel-File
    'edd08927-9cc4-4e65-b970-c2560fb5c289',
    new Map([
      [10, file('name')],
      [11, file('forget')],
      ...all([12, 30], file('open')),
      ...all([13, 15, 16, 17, 21], file('use')),
      [14, file('close')],
      [18, change('delete', 'use', 'other')],
      [26, change('delete', 'path', 'main')],
      ...all([19, 29], change('rename', 'use', 'other')),
      [27, change('rename', 'rename', 'main')],
      [28, file('path')],
    ]),
  ],
  [
    // The kernel logger's FileIo class
    '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
    new Map([
      ...all([0, 32, 36], file('name')),
      [35, file('forget')],
      [64, file('open')],
      ...all([65, 67, 68, 69, 73], file('use')),
      [66, file('close')],
      [70, change('delete', 'use', 'other')],
      [79, change('delete', 'path', 'main')],
      [71, change('rename', 'use', 'other')],
      [80, change('rename', 'rename', 'main')],
      [81, file('path')],
    ]),
  ],
  [
    // Microsoft-Windows-Kernel-Registry
    '70eb4f03-c1de-4f73-a051-33d13d5413bd',
    new Map([
      ...all([1, 2], key('open')),
      ...all([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15], key('use')),
      [13, key('close')],
    ]),
  ],
  [
    // The kernel logger's Registry class
    'ae53722e-c863-11d2-8659-00c04fa321a1',
    new Map([
      ...all([10, 11], block('open')),
      ...all([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 27, 28, 29], block('use')),
      ...all([22, 24, 25], block('name')),
      [23, block('close')],
      [35, { kind: 'control_set' }],
    ]),
  ],
  // Microsoft-Windows-DNS-Client
  ['1c95126e-7eea-49a9-a3fe-a378b03ddb4d', new Map(all([3008, 3020], { kind: 'dns_answer' }))],
  // Microsoft-Windows-Kernel-Network, and the kernel logger's TcpIp class
  ['7dd42a49-5329-4832-8dfd-43d979153a88', new Map(all([12, 28], { kind: 'destination' }))],
  ['9a280ac0-c8e0-11d1-84e2-00c04fb998a2', new Map(all([12, 28], { kind: 'destination' }))],
  // Microsoft-Windows-PowerShell
  ['a0c1853b-5c40-4b15-8766-3cf1c58f985a', new Map([[4104, { kind: 'script' }]])],
  [
    // Microsoft-Windows-CodeIntegrity
    '4ee76bd8-3cf4-44a0-a0ac-3937643e37a3',
    new Map(all([3001, 3002, 3004, 3021, 3023, 3032, 3033, 3034, 3036, 3037, 3076, 3077], CODE)),
  ],
  // Microsoft-Windows-DotNETRuntime and its rundown
  ['e13c0d23-ccbc-4e12-931b-d9cc2eee27e4', new Map(all([152, 153], DOTNET_MODULE))],
  ['a669021c-c450-4609-a035-5af59af4df18', new Map(all([153, 154], DOTNET_MODULE))],
  [
    // Microsoft-Windows-Security-Auditing
    '54849625-5478-4994-a5ba-3e3b0328c30d',
    new Map([[4688, AUDITED_START], ...all([4624, 4625, 4648, 4656, 4663, 4689, 4703, 5156], AUDITED)]),
  ],
  // SystemConfigEx
  ['9b79ee91-b5fd-41c0-a243-4248e266e9d0', new Map([[35, { kind: 'volume' }]])],
]);

/** The role of an event, or undefined when it passes as it is. */
export function roleOf(providerId: string, id: number, opcode: number): Role | undefined {
  const roles = ROLES.get(providerId);
  return roles?.get(id === 0 ? opcode : id);
}
