import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../interop/peers/process.ts';
import type { LedgerFile } from '../interop/sigel.ts';
import type { WindowsBench } from './peers/bench.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';

/** A machine that others use, too, takes this long to start node.exe. */
const PATIENCE = 90_000;

/** `sigel --config` under Wine, beside a containerd. */
export class ContainerdRun {
  readonly process: WindowsProcess;
  readonly #ledger: string;

  /** `folder` takes the files of the run. */
  constructor(
    bench: WindowsBench,
    folder: string,
    config: string,
    env: Readonly<Record<string, string>> = {},
  ) {
    const file = join(folder, 'sigel.yaml');
    this.#ledger = join(folder, 'ledger.json');
    writeFileSync(file, config);
    const args = ['--config', windowsPath(file), '--ledger', windowsPath(this.#ledger)];
    this.process = bench.startSigel(args, { env, patience: 5 * PATIENCE });
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

/** The extension's configuration, as lines of YAML; quick to try again, since Wine's pipes need it. */
export function extensionConfig(...more: readonly string[]): string {
  const lines = ['connect_timeout: 2s', 'reconcile_interval: 2s', 'retry_max_interval: 1s', ...more];
  return `extensions:\n  containerd:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
