import { type Account, type Ledger, total } from './ledger.ts';

/** The ledger as JSON, for scripts: every account with all its counts, and whether it adds up. */
export function ledgerJson(ledger: Ledger): string {
  const accounts = [...ledger.accounts()].map(accountJson);
  return `${JSON.stringify({ accounts, balanced: ledger.imbalances().length === 0 }, undefined, 2)}\n`;
}

/** Records that were given up anywhere, whatever the cause. */
export function droppedRecords(ledger: Ledger): number {
  let sum = 0;
  for (const account of ledger.accounts()) sum += total(account.dropped);
  return sum;
}

function accountJson(account: Account): Record<string, unknown> {
  const { id, kind, read, made, emitted, merged, filtered, taken, restored, delivered, queued } = account;
  const { left, returned } = account;
  return {
    id,
    kind,
    read,
    made,
    emitted,
    merged,
    state: Object.fromEntries(account.state),
    filtered,
    lost: Object.fromEntries(account.lost),
    taken,
    restored,
    delivered,
    queued,
    ...(left === 0 ? {} : { left }),
    ...(returned === 0 ? {} : { returned }),
    dropped: Object.fromEntries(account.dropped),
    ...(account.shed.size === 0 ? {} : { shed: Object.fromEntries(account.shed) }),
    ...(account.sessions.size === 0 ? {} : { sessions: sessionsJson(account) }),
  };
}

function sessionsJson({ sessions }: Account): Record<string, unknown> {
  return Object.fromEntries([...sessions].map(([name, counters]) => [name, counters()]));
}
