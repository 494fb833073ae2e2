import { AttributeBlock, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import type { KnownProcess } from './known_process.ts';

/** Which part the other process of a record has: it acts on the record's, or the record's acts on it. */
export type PeerRole = 'source' | 'target';

const SHAPES: Readonly<Record<PeerRole, Shape>> = {
  source: new Shape([
    Attr.sourceExecutablePath,
    Attr.sourceExecutableName,
    Attr.sourceEntityId,
    Attr.sourceCommandLine,
  ]),
  target: new Shape([Attr.targetExecutablePath, Attr.targetExecutableName, Attr.targetEntityId]),
};

/** Facts of the other process that a record tells of. It leads to that process: see {@link peerOf}. */
export class PeerBlock extends AttributeBlock {
  readonly role: PeerRole;
  readonly process: KnownProcess;

  constructor(role: PeerRole, process: KnownProcess, entityId: string) {
    const { path, name, commandLine } = process.facts;
    const values: (Value | undefined)[] = [path, name, entityId];
    if (role === 'source') values.push(commandLine);
    super(SHAPES[role], values);
    this.role = role;
    this.process = process;
  }
}

/** The other process of a record, in that part, as a `process` processor before found it; else undefined. */
export function peerOf(record: LogRecord, role: PeerRole): KnownProcess | undefined {
  for (const block of record.blocks)
    if (block instanceof PeerBlock && block.role === role) return block.process;
  return undefined;
}

/** Another process that a record names. */
export interface Peer {
  readonly role: PeerRole;
  readonly pid: number;
}

/** Finds in records which other process they name: whom they act upon, or who made a thread in theirs. */
export class Peers {
  #shape: Shape | undefined;
  #hasTarget = false;

  /** Undefined for most records: they name none. */
  of(record: LogRecord): Peer | undefined {
    if (record.eventName === 'process.thread.remote_start')
      return peer('source', record.get(Attr.etwProcessId));
    const { shape } = record.own;
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#hasTarget = shape.indexOf(Attr.targetPid) >= 0;
    }
    return this.#hasTarget ? peer('target', record.get(Attr.targetPid)) : undefined;
  }
}

function peer(role: PeerRole, pid: number | undefined): Peer | undefined {
  return pid === undefined ? undefined : { role, pid };
}
