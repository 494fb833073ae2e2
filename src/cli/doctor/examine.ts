import { release } from 'node:os';
import type { AccountName } from '../../etw/accounts.ts';
import type { Registry } from '../../windows/host/registry.ts';
import { jobQueryLacks } from '../../windows/jobs/host_jobs.ts';
import { etwControl } from '../../windows/native/etw_control.ts';
import { accountLookUp } from '../../windows/native/host_accounts.ts';
import { hostRegistry } from '../../windows/native/host_registry.ts';
import { processRights } from '../../windows/native/host_rights.ts';
import { Libraries } from '../../windows/native/libraries.ts';
import { tdhCalls } from '../../windows/native/tdh_calls.ts';
import { type RegisteredProvider, readProviderList } from '../../windows/schemas/provider_list.ts';
import type { Called, SessionFacts } from '../../windows/sessions/control.ts';
import { sessionGuid } from '../../windows/sessions/owner.ts';
import { type Examined, type PresetNeeds, WANTED_FUNCTIONS } from './examined.ts';
import { tryPipe } from './pipe.ts';

/** What to look for. */
export interface ExamineOptions {
  readonly preset: PresetNeeds;
  /** containerd's pipe. */
  readonly pipe: string;
}

const WINDOWS = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
/** containerd answers within milliseconds; a busy host may take a moment. */
const PIPE_PATIENCE = 2000;

/** Finds out about this host; changes nothing on it. */
export async function examine({ preset, pipe }: ExamineOptions): Promise<Examined> {
  const libraries = new Libraries();
  const rights = processRights(libraries);
  const sessions = listSessions(libraries);
  const listed = sessions.kind === 'ok' ? sessions.value : [];
  return {
    windows: windowsOf(hostRegistry(libraries)),
    arch: process.arch,
    // Set in every HostProcess container, to the folder where its image is.
    hostProcess: process.env['CONTAINER_SANDBOX_MOUNT_POINT'] !== undefined,
    rights,
    account: rights.kind === 'ok' ? await accountOf(libraries, rights.value.user) : undefined,
    sessions,
    own: listed.filter(({ name, guid }) => guid === sessionGuid(name)).map(({ name }) => name),
    functions: functionsOf(libraries),
    jobs: jobQueryLacks(libraries),
    pipe: { path: pipe, state: await tryPipe(pipe, PIPE_PATIENCE) },
    providers: listProviders(libraries),
    preset,
  };
}

function windowsOf(registry: Registry): Examined['windows'] {
  const build = Number(registry.text(WINDOWS, 'CurrentBuildNumber') ?? release().split('.')[2]);
  if (!Number.isInteger(build)) return undefined;
  const product = registry.text(WINDOWS, 'ProductName') ?? 'Windows';
  return { product, build, revision: registry.number(WINDOWS, 'UBR') ?? 0 };
}

function listSessions(libraries: Libraries): Called<readonly SessionFacts[]> {
  const control = etwControl(libraries);
  return control.kind === 'ok' ? control.value.list() : control;
}

function listProviders(libraries: Libraries): Called<readonly RegisteredProvider[]> {
  const list = tdhCalls(libraries).providers();
  return list.kind === 'ok' ? { kind: 'ok', value: readProviderList(list.value) } : list;
}

function functionsOf(libraries: Libraries): Set<string> {
  const there = new Set<string>();
  for (const library of ['etw', 'tdh'] as const)
    for (const name of WANTED_FUNCTIONS[library])
      if (libraries.find(library, name, 'uint32', []).kind === 'found') there.add(name);
  return there;
}

async function accountOf(libraries: Libraries, sid: string | undefined): Promise<string | undefined> {
  const found = sid === undefined ? undefined : await accountLookUp(libraries)(sid);
  return found?.kind === 'ok' ? fullName(found.value) : undefined;
}

function fullName({ name, domain }: AccountName): string {
  return domain === undefined ? name : `${domain}\\${name}`;
}
