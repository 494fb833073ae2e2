import { registeredName } from '../../etw/catalogue/provider_names.ts';
import type { ProviderEnable } from '../sessions/control.ts';
import { LEVELS } from '../sessions/provider_spec.ts';

/** What is shed, in this order; each stage includes those before it. Processes, jobs and silos never are. */
export const STAGES = ['verbose', 'files_registry', 'modules'] as const;

/** A stage by name. */
export type Stage = (typeof STAGES)[number];

/** Which level sheds a stage: its place, from 1. */
const [VERBOSE, FILES, MODULES] = [1, 2, 3] as const;

const PROCESS = 'Microsoft-Windows-Kernel-Process';
const BY_NAME: Readonly<Record<string, number>> = {
  'Microsoft-Windows-Kernel-File': FILES,
  'Microsoft-Windows-Kernel-Registry': FILES,
};
/** Few events, and what rules for the theft of credentials ask for. */
const KEPT = new Set(['Microsoft-Windows-Kernel-Audit-API-Calls']);

// Keywords of Microsoft-Windows-Kernel-Process, as its manifest has them.
const [PROCESSES, THREADS, IMAGES, PRIORITIES, JOBS, SILOS] = [0x10n, 0x20n, 0x40n, 0x180n, 0x400n, 0x4000n];

/** How a provider is enabled at a level of shedding, 0 being as it was asked for; `off`: not at all. */
export function enableAt(provider: ProviderEnable, level: number): ProviderEnable | 'off' {
  const name = registeredName(provider.guid) ?? '';
  if (name === PROCESS) return processAt(provider, level);
  const stage = BY_NAME[name] ?? (isVerbose(provider) && !KEPT.has(name) ? VERBOSE : undefined);
  return stage !== undefined && level >= stage ? 'off' : provider;
}

/** Where event ids were chosen, somebody has narrowed it already. */
function isVerbose({ level, filters }: ProviderEnable): boolean {
  return level >= LEVELS.verbose && filters.eventIds?.in !== true;
}

function processAt(provider: ProviderEnable, level: number): ProviderEnable | 'off' {
  if (level < VERBOSE) return provider;
  // No keywords are all of them: those that stay are named then.
  const { matchAnyKeyword: asked } = provider;
  const all = PROCESSES | THREADS | IMAGES | PRIORITIES | JOBS | SILOS;
  const shed = THREADS | PRIORITIES | (level >= MODULES ? IMAGES : 0n);
  const left = (asked === 0n ? all : asked) & ~shed;
  if (left === 0n) return 'off';
  return left === asked ? provider : { ...provider, matchAnyKeyword: left };
}
