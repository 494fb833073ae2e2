import type { AccountName } from './well_known_sids.ts';

export type { AccountName } from './well_known_sids.ts';

/**
 * Who the SIDs of a running host stand for (src/windows/host). Answers at once, with what is known: an account
 * that has to be asked for first is undefined, and known to later events.
 */
export interface AccountSource {
  account(sid: string): AccountName | undefined;
}
