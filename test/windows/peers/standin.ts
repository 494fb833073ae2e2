import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '../../interop/peers/peer.ts';
import { kernelClassesHeader } from './kernel_classes_header.ts';
import { ensureBuilt } from './mingw.ts';
import { readSessionTable, type StandinSession } from './session_table.ts';
import { windowsPath } from './wine.ts';

/** With all that the stand-in has, or without OpenTraceFromRealTimeLogger. */
export type StandinBuild = 'full' | 'server2019';

const SOURCES = join(import.meta.dirname, '..', 'standin');

/** The stand-in DLL, built now or in the cache; `path` is the DLL. */
export function ensureStandin(build: StandinBuild = 'full'): Promise<Peer> {
  return ensureBuilt({
    output: 'standin.dll',
    folder: SOURCES,
    defines: build === 'server2019' ? ['STANDIN_SERVER_2019'] : [],
    headers: { 'kernel_classes.h': kernelClassesHeader() },
  });
}

/** What control.ini tells the stand-in; see test/windows/README.md. */
export type StandinSettings = Readonly<Record<string, string | number>>;

/** A machine that the stand-in plays: a folder with its sessions, its orders and the log of its calls. */
export class Standin {
  /** The folder, a Unix path. */
  readonly folder: string;
  readonly #library: string;
  #settings: StandinSettings = {};

  /** `library` is the path of {@link ensureStandin}. */
  constructor(library: string) {
    this.#library = library;
    this.folder = mkdtempSync(join(tmpdir(), 'sigel-standin-'));
  }

  /** The environment that makes a program of ours load the stand-in and this machine. */
  get env(): Readonly<Record<string, string>> {
    return {
      SIGEL_TEST_ETW_LIBRARY: windowsPath(this.#library),
      SIGEL_STANDIN_DIR: windowsPath(this.folder),
    };
  }

  /** Adds to the orders; an empty text takes one back. Read anew at each call of the stand-in. */
  control(settings: StandinSettings): void {
    this.#settings = { ...this.#settings, ...settings };
    const lines = Object.entries(this.#settings).filter(([, value]) => value !== '');
    const text = lines.map(([key, value]) => `${key}=${value}\n`).join('');
    // Renamed into place: the stand-in must never read a half.
    writeFileSync(join(this.folder, 'control.new'), text);
    renameSync(join(this.folder, 'control.new'), join(this.folder, 'control.ini'));
  }

  /**
   * Plays a trace (its bytes, uncompressed) in a session, or in all that have none of their own. With `grows` in the
   * orders, a session that runs goes on with what a longer trace has behind the one before.
   */
  play(trace: Uint8Array, session?: string): void {
    const key = session === undefined ? 'trace' : `trace.${session}`;
    const path = join(this.folder, `${session ?? 'default'}.etl`);
    writeFileSync(`${path}.new`, trace);
    renameSync(`${path}.new`, path);
    this.control({ [key]: windowsPath(path) });
  }

  /** Registered providers for TdhEnumerateProviders: GUID and name. */
  providers(list: readonly (readonly [guid: string, name: string])[]): void {
    writeFileSync(join(this.folder, 'providers.tsv'), list.map((row) => `${row.join('\t')}\n`).join(''));
  }

  /** An answer of TDH: a TRACE_EVENT_INFO as `<guid>-<id>-<version>.bin`, an EVENT_MAP_INFO as `<guid>-<map>.map`. */
  tdh(name: string, bytes: Uint8Array): void {
    mkdirSync(join(this.folder, 'tdh'), { recursive: true });
    writeFileSync(join(this.folder, 'tdh', name), bytes);
  }

  /** The sessions that run, and those that ended as long as nothing took their place; oldest first. */
  sessions(): StandinSession[] {
    try {
      return readSessionTable(readFileSync(join(this.folder, 'sessions')));
    } catch {
      return [];
    }
  }

  /** The newest session of that name, running or ended. */
  session(name: string): StandinSession | undefined {
    return this.sessions().findLast((session) => session.name === name);
  }

  /** The calls until now, a line each; only those that begin with `of` where it is given. */
  calls(of = ''): string[] {
    try {
      const lines = readFileSync(join(this.folder, 'calls.log'), 'utf8').split('\n');
      return lines.filter((line) => line !== '' && line.startsWith(of));
    } catch {
      return [];
    }
  }

  /** Removes the folder. */
  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
