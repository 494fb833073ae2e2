import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../interop/peers/process.ts';
import type { LedgerFile } from '../interop/sigel.ts';
import type { WindowsBench } from './peers/bench.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';

/** A machine that others use, too, takes this long to start node.exe. */
const PATIENCE = 90_000;

/** Connections are tried anew soon, since Wine's pipes need it; lists are read often. */
const QUICK = [
  'connect_timeout=2s',
  'reconcile_interval=2s',
  'retry_max_interval=1s',
  'namespaces=["*"]',
].map((set) => `extensions::containerd::${set}`);

interface RunOptions {
  /** What is set over the configuration. */
  readonly sets?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `sigel --config` under Wine, beside a containerd. */
export class ContainerdRun {
  readonly process: WindowsProcess;
  readonly #ledger: string;

  /** `config` is a Unix path; `folder` takes the ledger. */
  constructor(bench: WindowsBench, folder: string, config: string, options: RunOptions = {}) {
    const { sets = [], env = {} } = options;
    this.#ledger = join(folder, 'ledger.json');
    const args = ['--config', windowsPath(config), '--ledger', windowsPath(this.#ledger)];
    const all = [...args, ...[...QUICK, ...sets].flatMap((set) => ['--set', set])];
    this.process = bench.startSigel(all, { env, patience: 5 * PATIENCE });
  }

  /** Waits until it has said something so many times. */
  said(text: string, times = 1): Promise<void> {
    return this.until(`it says "${text}"`, () => this.process.stderr().split(text).length > times);
  }

  /** Waits until something holds; rejects with what it said, also when it has ended. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    let over = false;
    void this.process.ended.then(() => (over = true));
    try {
      await until(what, () => over || condition(), PATIENCE);
    } catch (error) {
      throw new Error(`${String(error)}\n${this.process.stderr()}`, { cause: error });
    }
    assert.ok(!over, `it ended before ${what}:\n${this.process.stderr()}`);
  }

  /** Stops it in order; its ledger adds up. */
  async stop(): Promise<void> {
    const { code, stderr } = await this.process.stop(PATIENCE);
    assert.equal(code, 0, stderr);
    const { balanced } = JSON.parse(readFileSync(this.#ledger, 'utf8')) as LedgerFile;
    assert.ok(balanced, stderr);
  }
}
