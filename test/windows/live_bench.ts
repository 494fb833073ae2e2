import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Ended } from '../interop/peers/process.ts';
import { until } from '../interop/peers/process.ts';
import { sigel } from '../interop/sigel.ts';
import type { WindowsBench } from './peers/bench.ts';
import type { StandinSession } from './peers/session_table.ts';
import type { Standin } from './peers/standin.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';

/** A machine that others use, too, takes this long to start node.exe. */
const PATIENCE = 120_000;

/** The session that tests read. */
export const SESSION = 'sigel-test';

/** A configuration with one etw receiver and a file exporter; `session` and `receiver` are YAML lines. */
export function liveConfig(
  output: string,
  session: readonly string[] = [],
  receiver: readonly string[] = [],
  canary = '0s',
): string {
  const lines = (indent: string, more: readonly string[]) =>
    more.map((line) => `${indent}${line}\n`).join('');
  return `receivers:
  etw:
    clock_correction: false
    accounts: false
    schemas: { ask_windows: false }
    canary_interval: ${canary}
${lines('    ', receiver)}    sessions:
      - name: ${SESSION}
        flush_interval: 100ms
        providers: [{ provider: Microsoft-Windows-Kernel-Process }]
${lines('        ', session)}exporters:
  file: { path: '${output}' }
service:
  pipelines:
    logs: { receivers: [etw], exporters: [file] }
`;
}

/** Sigel under Wine with a live session of a stand-in machine. */
export class LiveRun {
  readonly process: WindowsProcess;
  readonly #standin: Standin;
  readonly #output: string;
  readonly #ledger: string;
  /** The session that was there before: what a killed run has left. */
  readonly #before: bigint | undefined;

  constructor(bench: WindowsBench, standin: Standin, config: (output: string) => string) {
    this.#standin = standin;
    this.#before = standin.session(SESSION)?.handle;
    this.#output = join(standin.folder, 'records.jsonl');
    this.#ledger = join(standin.folder, 'ledger.json');
    const file = join(standin.folder, 'config.yaml');
    writeFileSync(file, config(windowsPath(this.#output)));
    writeFileSync(this.#output, '');
    const args = ['--config', windowsPath(file), '--ledger', windowsPath(this.#ledger)];
    this.process = bench.startSigel(args, { env: standin.env });
  }

  /** Waits until the stand-in has handed over so many events. */
  async delivered(events: number): Promise<void> {
    await this.#reached(`${events} events were handed over`, (session) => session.eventsDelivered >= events);
  }

  /** Waits until the stand-in has handed over everything that there is. */
  async through(): Promise<void> {
    await this.#reached(
      'everything was handed over',
      ({ position, total, buffersWritten, buffersDelivered, realTimeBuffersLost }) =>
        total > 0 && position === total && buffersDelivered + realTimeBuffersLost === buffersWritten,
    );
  }

  #reached(what: string, condition: (session: StandinSession) => boolean): Promise<void> {
    return this.until(what, () => {
      const session = this.#standin.session(SESSION);
      return session !== undefined && session.handle !== this.#before && condition(session);
    });
  }

  /** Waits until something holds; rejects with what the program said, also when it has ended. */
  async until(what: string, condition: () => boolean): Promise<void> {
    let over = false;
    const note = async () => {
      await this.process.ended;
      over = true;
    };
    void note();
    try {
      await until(what, () => over || condition(), PATIENCE);
    } catch (error) {
      assert.fail(`${String(error)}\n${this.process.stderr()}`);
    }
    assert.ok(!over, `it ended before ${what}: ${this.process.stderr()}`);
  }

  /** An orderly stop. */
  async stop(): Promise<Ended> {
    return this.process.stop();
  }

  /** What was exported. */
  records(): LiveRecord[] {
    return recordsOf(readFileSync(this.#output, 'utf8'));
  }

  /** The receiver's account, once it has ended. */
  account(): LiveAccount {
    const ledger = JSON.parse(readFileSync(this.#ledger, 'utf8')) as {
      readonly balanced: boolean;
      readonly accounts: readonly LiveAccount[];
    };
    assert.ok(ledger.balanced);
    const found = ledger.accounts.find(({ id }) => id === 'receiver etw');
    assert.ok(found !== undefined);
    return found;
  }
}

/** What the ledger says of the receiver. */
export interface LiveAccount {
  readonly id: string;
  readonly read: number;
  readonly lost: Readonly<Record<string, number>>;
  /** Counters by session; see src/windows/live/session_counters.ts. */
  readonly sessions: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A log record in OTLP's JSON. */
export interface LiveRecord {
  readonly timeUnixNano: string;
  observedTimeUnixNano?: string;
  readonly eventName?: string;
}

/** The records of OTLP JSON lines, without the time at which they were observed. */
export function recordsOf(lines: string): LiveRecord[] {
  const records: LiveRecord[] = [];
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const request = JSON.parse(line) as {
      resourceLogs: { scopeLogs: { logRecords: LiveRecord[] }[] }[];
    };
    for (const { scopeLogs } of request.resourceLogs)
      for (const { logRecords } of scopeLogs) records.push(...logRecords);
  }
  for (const record of records) delete record.observedTimeUnixNano;
  return records;
}

/** What the etl receiver makes of a trace, on Linux. */
export async function replayed(trace: Uint8Array, standin: Standin): Promise<LiveRecord[]> {
  const file = join(standin.folder, 'replayed.etl.gz');
  writeFileSync(file, gzipSync(trace, { level: 1 }));
  const { code, stdout, stderr } = await sigel(['replay', file, '--format', 'json']);
  assert.equal(code, 0, stderr);
  return recordsOf(stdout);
}

/** Records as sorted lines, to compare two sets of them. */
export function sortedLines(records: readonly LiveRecord[]): string[] {
  return records.map((record) => JSON.stringify(record)).toSorted();
}

/**
 * The trace with other numbers of volumes (one digit for one digit). Live paths are shown by the machine's own
 * volumes, and Wine's C: is HarddiskVolume1, its Z: HarddiskVolume2.
 */
export function renumberVolumes(trace: Uint8Array, numbers: Readonly<Record<string, number>>): Uint8Array {
  const bytes = Buffer.from(trace);
  const prefix = Buffer.from('\\Device\\HarddiskVolume', 'utf16le');
  for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1)) {
    const digit = at + prefix.length;
    const to = numbers[String.fromCharCode(bytes.readUInt16LE(digit))];
    if (to !== undefined) bytes.write(String(to), digit, 'utf16le');
  }
  return bytes;
}
