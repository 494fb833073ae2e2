import { closeSync, fchmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { dirname } from 'node:path';
import type { HrTime } from '@opentelemetry/api';
import type { z } from 'zod';
import { VERSION } from '../../version.ts';
import type { Change } from '../facts.ts';
import type { ContainerSource } from '../source.ts';
import { lineOf } from './fact_line.ts';
import { type headerSchema, JOURNAL_VERSION, type WrittenLine } from './schema.ts';
import { timeText } from './time_text.ts';

/** Labels may hold what only the owner of the node should see. */
const OWNER_ONLY = 0o600;

/**
 * Writes what a source tells as a journal, each change at once: the file is whole up to its last line whenever it is
 * ended. Make it before the source starts, so that nothing is told without it.
 */
export class JournalWriter {
  readonly #source: ContainerSource;
  readonly #unsubscribe: () => void;
  #fd: number | undefined;
  lines = 0;
  /** Why nothing is written any more. */
  failure: string | undefined;

  /** Makes the file and its folder, or empties it. Throws where that cannot be. */
  constructor(path: string, source: ContainerSource, node = thisNode()) {
    this.#source = source;
    mkdirSync(dirname(path), { recursive: true });
    this.#fd = openSync(path, 'w', OWNER_ONLY);
    // The file may have been there, for all to read.
    fchmodSync(this.#fd, OWNER_ONLY);
    this.#write(headerLine(source.time(), node));
    this.#unsubscribe = source.subscribe((change) => this.#take(change));
  }

  /** Ends the file. */
  close(): void {
    this.#unsubscribe();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #take(change: Change): void {
    const told = this.#source.time();
    switch (change.kind) {
      case 'forget':
        return;
      case 'synced': {
        const { state } = this.#source;
        if (state.kind !== 'synced') return;
        const { endpoint, version } = state;
        return this.#write({ kind: 'synced', told: timeText(told), endpoint, version });
      }
      case 'lost':
        return this.#write({ kind: 'lost', told: timeText(told), reason: change.reason.slice(0, 1024) });
      default: {
        const line = lineOf(change, told);
        if (line !== undefined) this.#write(line);
      }
    }
  }

  // Changes are few and their lines short, and the listener must not wait.
  #write(line: WrittenLine | z.input<typeof headerSchema>): void {
    if (this.#fd === undefined || this.failure !== undefined) return;
    try {
      writeFileSync(this.#fd, `${JSON.stringify(line)}\n`);
      this.lines++;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}

/** The first line of a journal that begins at a time. */
export function headerLine(
  told: HrTime,
  { host, boot }: JournalNode = thisNode(),
): z.input<typeof headerSchema> {
  return {
    kind: 'journal',
    version: JOURNAL_VERSION,
    told: timeText(told),
    host,
    ...(boot === undefined ? {} : { boot: timeText(boot) }),
    sigel: VERSION,
  };
}

/** Whose journal it is. */
interface JournalNode {
  readonly host: string;
  readonly boot: HrTime | undefined;
}

function thisNode(): JournalNode {
  return { host: hostname(), boot: [Math.floor(Date.now() / 1000 - uptime()), 0] };
}
