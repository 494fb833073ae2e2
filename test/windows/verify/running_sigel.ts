import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './observe.ts';

/** A Sigel that runs as a child of this program. */
export interface RunningSigel {
  readonly child: ChildProcess;
  /** What it has said. */
  said(): string;
  /** Removes what it wrote; once it has ended. */
  dispose(): void;
}

/** Starts `node ARGS` and waits, two minutes at most, until everything is running. */
export async function startSigel(args: readonly string[]): Promise<RunningSigel> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-verify-'));
  const file = join(folder, 'said.txt');
  // A file and no pipe: nobody has to read it.
  const output = openSync(file, 'w');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', output] });
  closeSync(output);
  const said = () => readFileSync(file, 'utf8');
  const isUp = () => child.exitCode !== null || said().includes('everything is running');
  for (let turn = 0; turn < 600 && !isUp(); turn++) await pause(200);
  return { child, said, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
