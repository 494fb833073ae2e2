import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from '../interop/peers/peer.ts';
import { ensureClient } from './peers/client.ts';
import { ensureStandin, Standin, type StandinBuild } from './peers/standin.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { ensureWine, Wine, windowsPath } from './peers/wine.ts';

/** The stand-in with the C client before it. */
export interface StandinBench {
  /** A fresh machine; removed at the end of the test. */
  machine(t: { after(fn: () => void): void }, build?: StandinBuild): Machine;
}

/** The bench, or why there is none. */
export async function standinBench(): Promise<StandinBench | Extract<Peer, { kind: 'missing' }>> {
  const [wine, client, full, old] = [
    await ensureWine(),
    await ensureClient(),
    await ensureStandin(),
    await ensureStandin('server2019'),
  ];
  if (wine.kind === 'missing') return wine;
  if (client.kind === 'missing') return client;
  if (full.kind === 'missing') return full;
  if (old.kind === 'missing') return old;
  return {
    machine(t, build = 'full') {
      const library = build === 'full' ? full.path : old.path;
      const machine = new Machine(new Wine(wine.path), client.path, library);
      t.after(() => machine.standin.dispose());
      return machine;
    },
  };
}

/** A machine and the client's commands on it. */
export class Machine {
  readonly standin: Standin;
  readonly #wine: Wine;
  readonly #client: string;
  readonly #library: string;

  constructor(wine: Wine, client: string, library: string) {
    this.#wine = wine;
    this.#client = client;
    this.#library = library;
    this.standin = new Standin(library);
  }

  /** Starts the client with a command; see client/client.c. */
  start(...command: readonly (string | number)[]): WindowsProcess {
    const args = [windowsPath(this.#library), ...command.map(String)];
    return this.#wine.start(this.#client, args, { env: this.standin.env, patience: 60_000 });
  }

  /** What the client prints of a command, line by line. */
  async ask(...command: readonly (string | number)[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.start(...command).ended;
    assert.equal(code, 0, stderr);
    return stdout.trim().split(/\r?\n/);
  }

  /** Consumes a session by a path until it ends; what the client wrote. */
  async consume(path: 'raw' | 'record', session: string, ...more: readonly number[]): Promise<Consumed> {
    const file = join(this.standin.folder, `${path}.out`);
    const lines = await this.ask(path, session, windowsPath(file), ...more);
    return { lines, bytes: readFileSync(file) };
  }
}

/** What a consumer printed and wrote: buffers as a file has them, or a line for each record. */
export interface Consumed {
  readonly lines: readonly string[];
  readonly bytes: Uint8Array;
}
