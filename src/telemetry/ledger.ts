import { ComponentStatus } from '../status/component_status.ts';

/**
 * The ledger: where every event and record went. It must add up:
 *
 * - a receiver: `read` + `made` = emitted + merged + state + filtered + queued + lost, by cause;
 * - a processor or connector: `in` + `made` = out + state + filtered + dropped, by cause (state: what a connector of another
 *   signal takes in to make its own of it);
 * - an exporter: `in` + `restored` = delivered + queued + left + returned + dropped, by cause.
 *
 * Each component instance has one {@link Account}. Counters only grow, but for `queued`, which is a level.
 */
export class Account {
  readonly id: string;
  readonly kind: 'receiver' | 'processor' | 'connector' | 'exporter' | 'extension';
  /** Receiver: events read from the source, decoded or not. */
  read = 0;
  /**
   * Records it made itself. Receiver: of no event, that events were lost, that a consumer began anew. Processor: beside
   * those it took in, such as detections.
   */
  made = 0;
  /** Receiver: events merged into another event's record. */
  merged = 0;
  /** Receiver: events consumed as state (schemas, log headers), by what they are. Connector: records, by what came of them. */
  readonly state = new Map<string, number>();
  /** Receiver, processor: left out because the configuration says so. */
  filtered = 0;
  /** Receiver: records handed to the pipelines and settled or open. Processor, connector: records handed on. */
  emitted = 0;
  /** Receiver: events of the source that never reached us (the recorder's own loss is not read and not here). */
  readonly lost = new Map<string, number>();
  /** Processor, connector, exporter: records taken in. */
  taken = 0;
  /** Exporter: records of an earlier run, found in its queue on disk; there they were the `queued` at its end. */
  restored = 0;
  /** Exporter: records the peer or file accepted. */
  delivered = 0;
  /** Exporter: records that were in its queue on disk when it was replaced; for its successor they are `restored`. */
  left = 0;
  /** Exporter: records that a shutdown kept it from sending; whoever offered them has been told, and has them still. */
  returned = 0;
  /** Exporter, holding processor: records held now. Receiver: records made and not handed on yet. */
  queued = 0;
  /** Live receiver: seconds in which a stage of events was not asked for, since the CPU was short. */
  readonly shed = new Map<string, number>();
  /** Live receiver: what the sources count, by the session's name. Read when somebody looks. */
  readonly sessions = new Map<string, () => Readonly<Record<string, number>>>();
  /** How the component is, for whoever looks at its counts. */
  status = new ComponentStatus();
  /** Given up, by cause. For a receiver: of the emitted, those refused for good or left at shutdown. */
  readonly dropped = new Map<string, number>();

  constructor(id: string, kind: Account['kind']) {
    this.id = id;
    this.kind = kind;
  }

  /** The component is to be replaced while the service runs: counts go on, what it shows of itself is its successor's. */
  renew(): void {
    this.status = new ComponentStatus();
    this.sessions.clear();
  }

  /** The component that is replaced is down: what it holds is on disk, for its successor. */
  leave(): void {
    this.left += this.queued;
    this.queued = 0;
  }

  drop(cause: string, count: number): void {
    add(this.dropped, cause, count);
  }
  lose(cause: string, count: number): void {
    add(this.lost, cause, count);
  }
  consumeAsState(what: string, count: number): void {
    add(this.state, what, count);
  }

  /** What is unaccounted for; 0 when the account adds up. */
  imbalance(): number {
    switch (this.kind) {
      case 'receiver':
        return (
          this.read +
          this.made -
          (this.emitted + this.merged + total(this.state) + this.filtered + this.queued + total(this.lost))
        );
      case 'processor':
      case 'connector':
        return (
          this.taken +
          this.made -
          (this.emitted + total(this.state) + this.filtered + this.queued + total(this.dropped))
        );
      case 'exporter':
        return (
          this.taken +
          this.restored -
          (this.delivered + this.queued + this.left + this.returned + total(this.dropped))
        );
      case 'extension':
        return 0;
    }
  }
}

/** All accounts of a running service, by the ids of their components. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();

  /** The account of a component; `key` tells several instances of one id apart (a processor per pipeline). */
  open(key: string, kind: Account['kind']): Account {
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = new Account(key, kind);
      this.#accounts.set(key, account);
    }
    return account;
  }

  accounts(): Iterable<Account> {
    return this.#accounts.values();
  }

  /** Accounts that do not add up; empty when all is well. */
  imbalances(): Account[] {
    return [...this.#accounts.values()].filter((account) => account.imbalance() !== 0);
  }
}

/** The sum of a map of counts. */
export function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function add(counts: Map<string, number>, cause: string, count: number): void {
  if (count !== 0) counts.set(cause, (counts.get(cause) ?? 0) + count);
}
