import { type Account, type Ledger, total } from './ledger.ts';

/**
 * The ledger for a person, one line for each component that saw something:
 *
 *     receiver etl           read 120 = emitted 100 + state 20 (schema 20)
 *     exporter otlp_grpc     in 100 = delivered 98 + dropped 2 (refused 2)
 */
export function renderLedger(ledger: Ledger): string {
  const accounts = [...ledger.accounts()].filter(seen);
  accounts.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const rows: [id: string, sums: string][] = [];
  for (const account of accounts) {
    rows.push([account.id, renderAccount(account)]);
    for (const [name, counters] of account.sessions) rows.push([`  ${name}`, renderCounters(counters())]);
  }
  const width = Math.max(...rows.map(([id]) => id.length), 0);
  return rows.map(([id, sums]) => `${id.padEnd(width)}  ${sums}\n`).join('');
}

/** As records flow. */
const ORDER: readonly Account['kind'][] = ['receiver', 'processor', 'connector', 'exporter', 'extension'];

function renderAccount(account: Account): string {
  const { kind, emitted, merged, filtered, delivered, queued } = account;
  const isReceiver = kind === 'receiver';
  const made = account.made > 0 ? ` + made ${count(account.made)}` : '';
  const restored = account.restored > 0 ? ` + restored ${count(account.restored)}` : '';
  const left = isReceiver
    ? `read ${count(account.read)}${made}`
    : `in ${count(account.taken)}${made}${restored}`;
  const parts = [
    kind === 'exporter' ? `delivered ${count(delivered)}` : `emitted ${count(emitted)}`,
    merged > 0 && `merged ${count(merged)}`,
    causes('state', account.state),
    filtered > 0 && `filtered ${count(filtered)}`,
    queued > 0 && `queued ${count(queued)}`,
    account.left > 0 && `left on disk ${count(account.left)}`,
    account.returned > 0 && `returned ${count(account.returned)}`,
    causes('lost', account.lost),
    !isReceiver && causes('dropped', account.dropped),
  ].filter((part) => typeof part === 'string');
  const off = account.imbalance();
  // Of what a receiver emitted; no part of its sum.
  const dropped = isReceiver && causes('dropped', account.dropped);
  return [
    `${left} = ${parts.join(' + ')}`,
    dropped && `; of the emitted ${dropped}`,
    account.shed.size > 0 && `; not asked for, in seconds: ${shed(account)}`,
    off !== 0 && `; DOES NOT ADD UP by ${count(off)}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('');
}

// A live session: its counters that are not zero, in their own words.
function renderCounters(counters: Readonly<Record<string, number>>): string {
  const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const parts = Object.entries(counters).filter(([, value]) => value > 0);
  return parts.map(([name, value]) => `${words(name)} ${count(value)}`).join(', ');
}

function shed(account: Account): string {
  return [...account.shed].map(([stage, seconds]) => `${stage} ${count(Math.round(seconds))}`).join(', ');
}

function causes(what: string, counts: ReadonlyMap<string, number>): string | false {
  const sum = total(counts);
  if (sum === 0) return false;
  const each = [...counts].map(([cause, number]) => `${cause} ${count(number)}`);
  return `${what} ${count(sum)} (${each.join(', ')})`;
}

function seen(account: Account): boolean {
  return (
    account.read + account.taken + account.restored + total(account.lost) + total(account.dropped) > 0 ||
    account.imbalance() !== 0
  );
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
