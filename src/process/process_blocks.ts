import type { RecordTrace } from '../model/common.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import { entityId } from './entity_id.ts';
import type { KnownProcess } from './known_process.ts';
import { PeerBlock, type PeerRole, Peers } from './peer_block.ts';
import { ProcessBlock } from './process_block.ts';
import type { ProcessTable } from './process_table.ts';
import { OwnKeys } from './shown_keys.ts';
import { microsOf } from './time.ts';

/** The blocks of one process that records refer to now. */
export interface ShownBlocks {
  /** Revision and births of the table when they were last found to be current. */
  revision: number;
  births: number;
  /** The chain of ancestors that they show (see KnownProcess.chainRevision). */
  readonly chain: number;
  /** The block with all there is. */
  whole: ProcessBlock | undefined;
  /** Blocks without what a record has itself, by mask. */
  parts: Map<number, ProcessBlock> | undefined;
  /** Blocks of records that tell of it beside their own process. */
  peers: { source?: PeerBlock; target?: PeerBlock } | undefined;
}

/** The most blocks kept for one process beside the whole one: kinds of records are few. */
const MAX_PARTS = 4;
const ONCE = new Set(['process.start', 'process.exit', 'process.rundown']);

/** Makes the blocks of the processes of one table: each once, until more is known. */
export class ProcessBlocks {
  readonly #table: ProcessTable;
  readonly #host: string;
  readonly #depth: number;
  readonly #trace: RecordTrace;
  readonly #ownKeys = new OwnKeys();
  readonly #peers = new Peers();

  /** `depth` is how many ancestors are shown; `trace` has the spans of the table's processes. */
  constructor(table: ProcessTable, host: string, depth: number, trace: RecordTrace) {
    this.#table = table;
    this.#host = host;
    this.#depth = depth;
    this.#trace = trace;
  }

  /** The record with the facts of its process that it has not itself, in the trace of its host. */
  give(record: LogRecord, process: KnownProcess): LogRecord {
    const mask = this.#ownKeys.of(record, process);
    const before = record.common;
    if (mask !== 0) return record.in(this.#part(record, process, mask).behind(before, this.#trace));
    // As a rule, it is what it was for the last one: then neither blocks nor the parent are looked at.
    const isBare = before.blocks.length === 0 && before.trace === undefined;
    const last = isBare ? process.lastShown : undefined;
    if (last?.resource === before.resource && process.lastShownAt === this.#table.revision)
      return record.in(last);
    const common = this.#whole(this.#current(process), process).behind(before, this.#trace);
    if (isBare) {
      process.lastShown = common;
      process.lastShownAt = process.parent === undefined ? undefined : this.#table.revision;
    }
    return record.in(common);
  }

  /** The record with the facts of the other process that it names, as far as that is known. */
  givePeer(record: LogRecord): LogRecord {
    const peer = this.#peers.of(record);
    const process = peer === undefined ? undefined : this.#table.find(peer.pid, microsOf(record.hrTime));
    if (peer === undefined || process === undefined) return record;
    return record.plus(this.#peer(process, peer.role));
  }

  #peer(process: KnownProcess, role: PeerRole): PeerBlock {
    const shown = this.#current(process);
    const peers = (shown.peers ??= {});
    return (peers[role] ??= new PeerBlock(role, process, entityId(this.#host, process)));
  }

  #whole(shown: ShownBlocks, process: KnownProcess): ProcessBlock {
    return (shown.whole ??= ProcessBlock.whole(process, this.#values(process)));
  }

  #part(record: LogRecord, process: KnownProcess, mask: number): ProcessBlock {
    const shown = this.#current(process);
    const whole = this.#whole(shown, process);
    // A process starts and exits once: a block that is kept for that would only take room.
    if (ONCE.has(record.eventName)) return whole.without(mask);
    const parts = (shown.parts ??= new Map());
    let block = parts.get(mask);
    if (block === undefined) {
      block = whole.without(mask);
      if (parts.size < MAX_PARTS) parts.set(mask, block);
    }
    return block;
  }

  #current(process: KnownProcess): ShownBlocks {
    const table = this.#table;
    const known = process.blocks;
    if (known !== undefined && known.revision === table.revision) {
      if (process.parent !== undefined || known.births === table.births) return known;
    }
    if (process.parent === undefined) table.resolveParent(process);
    const { revision, births } = table;
    const chain = process.chainRevision();
    if (known !== undefined && known.chain === chain) {
      known.revision = revision;
      known.births = births;
      return known;
    }
    const made: ShownBlocks = {
      revision,
      births,
      chain,
      whole: undefined,
      parts: undefined,
      peers: undefined,
    };
    process.blocks = made;
    return made;
  }

  #values(process: KnownProcess): (Value | undefined)[] {
    const { facts, parent } = process;
    const ancestors = process.ancestors(this.#depth);
    return [
      facts.path,
      facts.name,
      facts.commandLine,
      entityId(this.#host, process),
      facts.userId,
      facts.userName,
      facts.userDomain,
      facts.session,
      facts.integrity,
      facts.parentPid,
      parent === undefined ? undefined : entityId(this.#host, parent),
      parent?.facts.path,
      parent?.facts.name,
      parent?.facts.commandLine,
      // What grew has room for more, which a copy has not.
      ancestors.length === 0 ? undefined : Object.freeze(ancestors.slice()),
    ];
  }
}
