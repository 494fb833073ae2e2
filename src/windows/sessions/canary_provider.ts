import { SIGEL_PROVIDER } from '../../etw/events/sigel.ts';
import { EnableProperty } from '../abi/constants.ts';
import { LEVELS } from './provider_spec.ts';
import type { PlannedProvider } from './providers.ts';

/** The level of canaries: not one that is shed when the CPU is short. */
export const CANARY_LEVEL = LEVELS.information;

/** Bits that are a provider's own; those above are Windows'. */
const KEYWORDS = 48;

/** What tells the canaries of a host's sessions apart: each has a keyword of its own, by its place. */
export function canaryKeyword(place: number): bigint {
  return 1n << BigInt(place % KEYWORDS);
}

/** The agent's own provider, for a session that is to get the canaries of this keyword. */
export function canaryProvider(keyword: bigint): PlannedProvider {
  return {
    name: 'Sigel-Agent',
    way: 'guid',
    enable: {
      guid: SIGEL_PROVIDER,
      level: CANARY_LEVEL,
      matchAnyKeyword: keyword,
      matchAllKeyword: 0n,
      enableProperties: EnableProperty.ignoreKeyword0,
      filters: {},
    },
    captureState: false,
  };
}
