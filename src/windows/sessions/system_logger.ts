import {
  EnableFlag,
  IoKeyword,
  ProcessKeyword,
  RegistryKeyword,
  SYSTEM_TRACE_CONTROL_GUID,
  SystemProvider,
} from '../abi/constants.ts';
import type { ProviderEnable } from './control.ts';

/** Kinds of events of the kernel logger, as the configuration calls them. */
export const KERNEL_GROUPS = [
  'process',
  'image_load',
  'thread',
  'job',
  'registry',
  'file_io',
  'network',
] as const;
/** One of them. */
export type KernelGroup = (typeof KERNEL_GROUPS)[number];

/** System providers came with Windows Server 2022. */
export const SYSTEM_PROVIDERS_BUILD = 20348;
/** Sessions of EVENT_TRACE_SYSTEM_LOGGER_MODE came with Windows 8; up to 8 of them. */
export const SYSTEM_LOGGERS_BUILD = 9200;

/** How the kernel logger's events are had. */
export type SystemLoggerPlan =
  /** No kernel events are wanted: an ordinary session. */
  | { readonly kind: 'none' }
  /** A system logger, in which system providers are enabled. */
  | { readonly kind: 'providers'; readonly providers: readonly ProviderEnable[] }
  /** A system logger that is started with EnableFlags. */
  | { readonly kind: 'flags'; readonly enableFlags: number }
  | { readonly kind: 'refused'; readonly message: string };

interface Group {
  readonly flags: number;
  readonly provider: string;
  readonly keywords: bigint;
}

const GROUPS: Readonly<Record<KernelGroup, Group>> = {
  process: {
    flags: EnableFlag.process,
    provider: SystemProvider.process,
    keywords: ProcessKeyword.general,
  },
  image_load: {
    flags: EnableFlag.imageLoad,
    provider: SystemProvider.process,
    keywords: ProcessKeyword.loader,
  },
  thread: { flags: EnableFlag.thread, provider: SystemProvider.process, keywords: ProcessKeyword.thread },
  job: { flags: EnableFlag.job, provider: SystemProvider.process, keywords: ProcessKeyword.job },
  registry: {
    flags: EnableFlag.registry,
    provider: SystemProvider.registry,
    keywords: RegistryKeyword.general,
  },
  file_io: {
    flags: EnableFlag.fileIo | EnableFlag.fileIoInit | EnableFlag.diskFileIo,
    provider: SystemProvider.io,
    keywords: IoKeyword.file | IoKeyword.filename,
  },
  network: { flags: EnableFlag.networkTcpip, provider: SystemProvider.io, keywords: IoKeyword.network },
};

/** TRACE_LEVEL_INFORMATION; system providers have no other. */
const INFORMATION = 4;

/** How the events of some groups are had on a build of Windows. */
export function systemLoggerPlan(build: number, groups: readonly KernelGroup[]): SystemLoggerPlan {
  if (groups.length === 0) return { kind: 'none' };
  if (build >= SYSTEM_PROVIDERS_BUILD) return { kind: 'providers', providers: providersOf(groups) };
  if (build < SYSTEM_LOGGERS_BUILD)
    return {
      kind: 'refused',
      message:
        `Windows of build ${build} has a single kernel logger ("NT Kernel Logger", ${SYSTEM_TRACE_CONTROL_GUID}), ` +
        'which Sigel does not take from others: leave `kernel` empty, or use Windows Server 2019 or later',
    };
  return { kind: 'flags', enableFlags: groups.reduce((bits, group) => bits | GROUPS[group].flags, 0) };
}

/** The build in what os.release() says (`10.0.20348`); undefined where it is no such text. */
export function buildOf(release: string): number | undefined {
  const build = /^\d+\.\d+\.(\d+)/.exec(release)?.[1];
  return build === undefined ? undefined : Number(build);
}

function providersOf(groups: readonly KernelGroup[]): readonly ProviderEnable[] {
  const keywords = new Map<string, bigint>();
  for (const group of groups) {
    const { provider, keywords: own } = GROUPS[group];
    keywords.set(provider, (keywords.get(provider) ?? 0n) | own);
  }
  return [...keywords].map(([guid, mask]) => ({
    guid,
    level: INFORMATION,
    matchAnyKeyword: mask,
    matchAllKeyword: 0n,
    enableProperties: 0,
    filters: {},
  }));
}
