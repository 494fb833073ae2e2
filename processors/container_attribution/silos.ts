import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { siloOf } from './silo_of.ts';

/** Which silo a process is in, as far as a trace tells by itself. */
export type InSilo =
  | {
      readonly kind: 'silo';
      readonly method: 'container_id' | 'session' | 'parent';
      /** Undefined where only its session is known. */
      readonly silo: string | undefined;
      readonly session: number | undefined;
    }
  /** In a session that may be a silo's, or a user's. */
  | { readonly kind: 'unresolved' }
  | { readonly kind: 'host' };

/** Sessions kept of one host. */
const MAX_SESSIONS = 4096;
const MAX_SYSTEM_PID = 4;
/** Ancestors that are asked. */
const MAX_DEPTH = 64;
/** Windows' own programs, run from the disk of a container rather than the node's. */
const OF_CONTAINER = /^\\Device\\VhdHardDisk\{[^\\]{1,64}\}\\Windows\\System32\\/i;
const HOST: InSilo = { kind: 'host' };
const UNRESOLVED: InSilo = { kind: 'unresolved' };

interface Session {
  silo: string | undefined;
  /** What tells of it contradicts itself. */
  disputed: boolean;
}

/** The silos of one host, learnt from its records alone. No container is known, so none is named. */
export class Silos {
  readonly #sessions = new Map<number, Session>();
  readonly #stamped = new WeakMap<KnownProcess, string>();

  /** Where a record's process is; learns from it. */
  take(record: LogRecord, process: KnownProcess | undefined): InSilo {
    if (process === undefined || process.pid <= MAX_SYSTEM_PID) return HOST;
    const stamp = siloOf(record, process);
    const { session } = process.facts;
    if (stamp !== undefined) this.#learnStamp(process, session, stamp);
    else if (session !== undefined && session > 0 && isOfContainer(record)) this.#session(session);
    return this.#find(process, 0);
  }

  #find(process: KnownProcess, depth: number): InSilo {
    const { session } = process.facts;
    const stamped = this.#stamped.get(process);
    if (stamped !== undefined) return { kind: 'silo', method: 'container_id', silo: stamped, session };
    const known = session === undefined ? undefined : this.#sessions.get(session);
    if (known !== undefined && !known.disputed)
      return { kind: 'silo', method: 'session', silo: known.silo, session };
    const { parent } = process;
    if (
      parent !== undefined &&
      depth < MAX_DEPTH &&
      (session === undefined || session === parent.facts.session)
    ) {
      const above = this.#find(parent, depth + 1);
      if (above.kind === 'silo') return { ...above, method: 'parent' };
    }
    return session !== undefined && session > 0 ? UNRESOLVED : HOST;
  }

  #learnStamp(process: KnownProcess, session: number | undefined, silo: string): void {
    this.#stamped.set(process, silo);
    // Session 0 is the node's, whoever runs in it.
    if (session === undefined || session === 0) return;
    const known = this.#session(session);
    if (known.silo !== undefined && known.silo !== silo) known.disputed = true;
    known.silo ??= silo;
  }

  #session(session: number): Session {
    let known = this.#sessions.get(session);
    if (known === undefined) {
      if (this.#sessions.size >= MAX_SESSIONS) this.#sessions.clear();
      this.#sessions.set(session, (known = { silo: undefined, disputed: false }));
    }
    return known;
  }
}

function isOfContainer(record: LogRecord): boolean {
  if (record.eventName !== 'process.start' && record.eventName !== 'process.rundown') return false;
  return OF_CONTAINER.test(record.get(Attr.ntPath) ?? '');
}
