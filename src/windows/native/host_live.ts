import { win32 } from 'node:path';
import { Accounts } from '../host/accounts.ts';
import { HostVolumes } from '../host/volumes.ts';
import type { LiveHost } from '../live/live_host.ts';
import { AnswerFolder } from '../schemas/answer_folder.ts';
import { ProviderVersions } from '../schemas/provider_versions.ts';
import { TdhSchemas } from '../schemas/tdh_schemas.ts';
import { accountLookUp } from './host_accounts.ts';
import { sampleClock } from './host_clock.ts';
import { privateFolders } from './host_folder.ts';
import { hostRegistry } from './host_registry.ts';
import { deviceOfLetter } from './host_volumes.ts';
import type { Libraries } from './libraries.ts';
import { tdhCalls } from './tdh_calls.ts';

/** A host that live events are completed with. */
export interface OpenedHost extends LiveHost {
  readonly schemas: TdhSchemas;
  readonly accounts: Accounts;
  readonly volumes: HostVolumes;
  /** Where answers of TDH are kept; undefined where they are not. */
  readonly folder: AnswerFolder | undefined;
  /** Why they are not kept; undefined where they are, or need not be. */
  readonly problem: string | undefined;
  /** Keeps what is new, and looks nothing up any more. */
  close(): Promise<void>;
}

/** What {@link openHost} needs. */
export interface HostOptions {
  readonly libraries: Libraries;
  /** Where answers of TDH outlive the process: an absolute path. Undefined: nowhere. */
  readonly cacheFolder: string | undefined;
}

/** Where answers of TDH are kept unless somebody says otherwise; undefined where the environment has no place. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const data = env['ProgramData'];
  return data === undefined || !win32.isAbsolute(data) ? undefined : win32.join(data, 'Sigel', 'tdh');
}

/** Everything that Windows tells about the host it runs. */
export function openHost({ libraries, cacheFolder }: HostOptions): OpenedHost {
  const now = (): number => performance.now();
  const made = cacheFolder === undefined ? undefined : privateFolders(libraries)(cacheFolder);
  const isKept = cacheFolder !== undefined && made?.kind === 'ok';
  const folder = isKept ? new AnswerFolder(cacheFolder) : undefined;
  // What a crash left there, and too much of it.
  void folder?.trim().catch(() => undefined);
  const versions = new ProviderVersions(hostRegistry(libraries));
  const schemas = new TdhSchemas({
    tdh: tdhCalls(libraries),
    store: folder,
    versionOf: (guid) => versions.of(guid),
    now,
  });
  const accounts = new Accounts({ lookUp: accountLookUp(libraries), now });
  return {
    schemas,
    accounts,
    volumes: new HostVolumes(deviceOfLetter(libraries)),
    clock: sampleClock(libraries),
    folder,
    problem: made?.kind === 'failed' ? made.error.message : undefined,
    async close() {
      accounts.close();
      await schemas.save();
      await folder?.trim().catch(() => undefined);
    },
  };
}
