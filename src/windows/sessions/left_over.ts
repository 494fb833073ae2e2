import type { WindowsError } from '../abi/errors.ts';
import type { EtwControl, SessionFacts } from './control.ts';
import { claimName, type Liveness, sessionGuid } from './owner.ts';

/** What was found of sessions that a Sigel has left. */
export interface LeftOver {
  /** Stopped, with their last counters. */
  readonly stopped: readonly SessionFacts[];
  /** Why looking, or stopping one, failed. */
  readonly errors: readonly WindowsError[];
}

/**
 * Stops the sessions of Sigel's whose owner is gone, under whatever name: one that was renamed in the
 * configuration after a crash would hold its slot until the next boot. A session is Sigel's when its GUID is
 * the mark of its own name.
 */
export function stopLeftOver(control: EtwControl, liveness: Liveness): LeftOver {
  const listed = control.list();
  if (listed.kind === 'failed') return { stopped: [], errors: [listed.error] };
  const stopped: SessionFacts[] = [];
  const errors: WindowsError[] = [];
  for (const { name, guid } of listed.value) {
    if (guid !== sessionGuid(name)) continue;
    const claim = liveness.claim(claimName(guid));
    if (claim.kind === 'failed') errors.push(claim.error);
    if (claim.kind !== 'ours') continue;
    const ended = control.stop(name);
    claim.release();
    if (ended.kind === 'ok') stopped.push(ended.value);
    else errors.push(ended.error);
  }
  return { stopped, errors };
}
