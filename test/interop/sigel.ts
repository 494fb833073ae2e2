import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, exitCode, stop } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

/** An account of the ledger, as `--ledger FILE` writes it. */
export interface LedgerAccount {
  readonly id: string;
  readonly kind: string;
  readonly read: number;
  readonly emitted: number;
  readonly merged: number;
  readonly state: Readonly<Record<string, number>>;
  readonly filtered: number;
  readonly lost: Readonly<Record<string, number>>;
  readonly taken: number;
  readonly delivered: number;
  readonly restored: number;
  readonly queued: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** The ledger of a run. */
export interface LedgerFile {
  readonly accounts: readonly LedgerAccount[];
  readonly balanced: boolean;
}

/** A run of the command line that has ended. */
export interface SigelRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Where the command wrote it. */
  readonly ledger: LedgerFile | undefined;
}

/** A run of the command line under way. */
export interface RunningSigel {
  readonly child: ChildProcess;
  readonly ended: Promise<SigelRun>;
}

/** Longest that a run may take unless it says more, ms; then it is ended and the test fails. */
const PATIENCE = 180_000;

/** How the command line is started. */
export interface SigelOptions {
  /** Adds `--ledger FILE` and reads it at the end. */
  readonly ledger?: boolean;
  /** Longest that it may take, ms; then it is ended. Three minutes unless given. */
  readonly patience?: number;
  /** Options of Node.js. */
  readonly node?: readonly string[];
  /** Beside the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program, with its arguments, that runs the command that follows them. */
  readonly under?: readonly string[];
}

/** Starts `sigel ARGS`. */
export function startSigel(args: readonly string[], options: SigelOptions = {}): RunningSigel {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-run-'));
  const ledgerFile = join(folder, 'ledger.json');
  const all = options.ledger === true ? [...args, '--ledger', ledgerFile] : [...args];
  const { node = [], under = [], patience = PATIENCE } = options;
  const [program = '', ...rest] = [...under, process.execPath, ...node, join(ROOT, 'src', 'main.ts'), ...all];
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = captureAll(child);
  const stderr = capture(child.stderr);
  const finish = async (): Promise<SigelRun> => {
    const timer = setTimeout(() => void stop(child, 1_000), patience);
    try {
      const code = await exitCode(child);
      return { code, stdout: stdout(), stderr: stderr(), ledger: readLedger(ledgerFile) };
    } finally {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { child, ended: finish() };
}

/** Runs `sigel ARGS` to its end. */
export function sigel(args: readonly string[], options: SigelOptions = {}): Promise<SigelRun> {
  return startSigel(args, options).ended;
}

/** Runs the service with a configuration to its end (a finite receiver ends it). */
export async function sigelWithConfig(yaml: string): Promise<SigelRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-config-'));
  try {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, yaml);
    return await sigel(['--config', file], { ledger: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The only account of a kind. */
export function account(run: SigelRun, kind: string): LedgerAccount {
  const found = run.ledger?.accounts.filter((a) => a.kind === kind) ?? [];
  const [only] = found;
  assert.ok(
    only !== undefined && found.length === 1,
    `${found.length} ${kind} accounts; stderr:\n${run.stderr}`,
  );
  return only;
}

/** The sum of a table of counts. */
export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

/** Standard output whole: `inspect --events` of a trace is longer than a log's tail. */
function captureAll(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function readLedger(path: string): LedgerFile | undefined {
  try {
    const ledger: LedgerFile = JSON.parse(readFileSync(path, 'utf8'));
    return ledger;
  } catch {
    return undefined;
  }
}
