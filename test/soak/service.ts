/**
 * service.ts CONFIG SECONDS RATE TRACE…: a service, in this process, that traces are played to in turns, each one going on
 * where it ended before, at RATE events a second. Prints a {@link Sample} as a line of JSON every second, and the
 * {@link End}. For run.ts, with `--expose-gc`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepHeapSmall } from '../../src/heap.ts';
import { repeatTrace } from '../bench/repeat.ts';
import { PlayedTraces } from '../interop/played_traces.ts';
import { traceBytes } from '../interop/shared_data.ts';

/** How the process is, once a second; sizes in MiB. */
export interface Sample {
  readonly kind: 'sample';
  readonly seconds: number;
  readonly events: number;
  readonly rss: number;
  /** What is alive on the heap and beside it, after collecting garbage; only every few seconds. */
  readonly live?: number;
  /** Open files and sockets. */
  readonly handles: number;
  /** Of the files of the queue. */
  readonly stored: number;
  /** Share of the sending queue in use. */
  readonly queue: number;
}

/** What became of everything. */
export interface End {
  readonly kind: 'end';
  readonly result: string;
  readonly balanced: boolean;
  readonly emitted: number;
  readonly made: number;
  readonly filtered: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly queued: number;
}

const MIB = 2 ** 20;
/** Bytes of a trace that are played at a time. */
const TURN = 4 * MIB;
const COLLECT_EVERY = 5;

const [config = '', seconds = '', rate = '', storage = '', ...traces] = process.argv.slice(2);
const sources = traces.map((path) => ({ bytes: traceBytes(path), round: 0 }));
const folder = mkdtempSync(join(tmpdir(), 'sigel-soak-'));
const service = new PlayedTraces(folder);
const began = performance.now();
let looks = 0;

keepHeapSmall();
await service.run(readFileSync(config, 'utf8'));
const looking = setInterval(look, 1000);
try {
  for (let turn = 0; elapsed() < Number(seconds); turn++) await play(turn);
} finally {
  const result = await service.stop();
  if (result !== 'stopped') process.stderr.write(`${service.said.join('\n')}\n`);
  clearInterval(looking);
  tell(endOf(String(result)));
  rmSync(folder, { recursive: true, force: true });
}

async function play(turn: number): Promise<void> {
  const source = sources[turn % sources.length];
  if (source === undefined) throw new Error('no trace');
  const path = join(folder, 'turn.etl');
  const { rounds } = repeatTrace(source.bytes, path, TURN, undefined, source.round);
  source.round += rounds;
  await service.playFile(path);
  // What came too late for its time is not made up for: the rate is one at most.
  const due = events() / Number(rate) - elapsed();
  if (due > 0) await sleep(1000 * due);
}

function look(): void {
  looks++;
  const { rss } = process.memoryUsage();
  const exporter = service.account('otlp_grpc');
  const queues = exporter.status.shown('queue').map(({ used, size }) => used / size);
  tell({
    kind: 'sample',
    seconds: elapsed(),
    events: events(),
    rss: rss / MIB,
    ...(looks % COLLECT_EVERY === 0 && { live: live() }),
    handles: readdirSync('/proc/self/fd').length,
    stored: readdirSync(storage).reduce((sum, name) => sum + sizeOf(join(storage, name)), 0) / MIB,
    queue: Math.max(0, ...queues),
  });
}

function live(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

function endOf(result: string): End {
  const [receiver, exporter] = [service.account('played'), service.account('otlp_grpc')];
  const dropped = [...receiver.dropped.values(), ...exporter.dropped.values()].reduce((a, b) => a + b, 0);
  const sum = (of: 'made' | 'filtered') =>
    [...service.ledger.accounts()].reduce((all, account) => all + account[of], 0);
  return {
    kind: 'end',
    result,
    balanced: [...service.ledger.accounts()].every((account) => account.imbalance() === 0),
    emitted: receiver.emitted,
    made: sum('made'),
    filtered: sum('filtered'),
    delivered: exporter.delivered,
    dropped,
    queued: exporter.queued,
  };
}

function events(): number {
  return service.account('played').read;
}

function elapsed(): number {
  return (performance.now() - began) / 1000;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function tell(line: Sample | End): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
