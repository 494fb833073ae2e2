import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  BATCH,
  CONSUMERS,
  compare,
  eventsOf,
  inWords,
  Sink,
  startOn,
  type Uids,
  type Way,
  writeStory,
} from './fault_run.ts';
import { type Collector, type CollectorOptions, startCollector } from './peers/collector.ts';
import { type FaultProxy, startFaultProxy } from './peers/fault_proxy.ts';
import type { Peer } from './peers/peer.ts';
import { until } from './peers/process.ts';
import { account, type RunningSigel, type SigelOptions, type SigelRun } from './sigel.ts';

/** What is on its way at a time, and may come again where its answer is lost: records. */
export const ON_ITS_WAY: number = CONSUMERS * BATCH;

/** Bytes a second: a run has a middle on any machine. */
const RATE = 2 << 20;
const PROCESSES = 1200;

/** Sigel's way to an end that counts events: a network with faults, and a real Collector. */
export interface Scene {
  readonly sink: Sink;
  /** Keeps nothing of its own, unless it has a queue: what it acknowledges has come to the end. */
  readonly collector: Collector;
  readonly proxy: FaultProxy;
  /** Starts Sigel; a second time it goes on where the first was, where there is a storage. */
  readonly start: (way?: Partial<Way>, options?: SigelOptions) => RunningSigel;
  /** Resolves when so many of a hundred events have come to the end. */
  readonly arrived: (percent: number) => Promise<void>;
}

/** Makes scenes over one trace, and ends what they have started. */
export class Scenes {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sigel-faults-'));
  readonly trace: string = join(this.folder, 'story.etl');
  /** Every event of the trace, once. */
  sent: Uids = new Map();
  readonly #peer: Peer;
  readonly #ends: (() => unknown)[] = [];

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Writes the trace and learns what is in it. */
  static async open(peer: Peer): Promise<Scenes> {
    const scenes = new Scenes(peer);
    if (peer.kind === 'missing') return scenes;
    writeStory(scenes.trace, PROCESSES);
    scenes.sent = await eventsOf(scenes.trace);
    return scenes;
  }

  /** Something to be done at the end of a scene; the last is done first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Ends what scenes have started. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  /** Removes the files. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts all but Sigel. `queueSize`: of the Collector's queue. */
  async setUp(
    options: Omit<CollectorOptions, 'path'> = {},
    way: Partial<Way> = {},
    queueSize?: number,
  ): Promise<Scene> {
    assert.equal(this.#peer.kind, 'ready');
    const sink = await Sink.start();
    this.atEnd(() => sink.stop());
    const forward = { endpoint: sink.endpoint, ...(queueSize !== undefined && { queueSize }) };
    const collector = await startCollector({ path: this.#peer.path, sink: forward, ...options });
    this.atEnd(() => collector.dispose());
    const proxy = await startFaultProxy(collector.port, RATE);
    this.atEnd(() => proxy.close());
    const start = (more: Partial<Way> = {}, started?: SigelOptions): RunningSigel => {
      const whole = { trace: this.trace, endpoint: proxy.endpoint, ...way, ...more };
      const running = startOn(whole, this.folder, started);
      this.atEnd(async () => {
        running.child.kill('SIGKILL');
        await running.ended;
      });
      return running;
    };
    const arrived = (percent: number) =>
      until(
        `${percent} % arrived`,
        () => sink.uids.size >= Math.floor((this.sent.size * percent) / 100),
        120_000,
      );
    return { sink, collector, proxy, start, arrived };
  }

  /** Everything that was sent came, nothing else, and no more again than that; the ledger says the same. */
  verify(t: TestContext, run: SigelRun, came: Uids, twiceAtMost: number): void {
    assert.equal(run.code, 0, run.stderr);
    const statement = compare(this.sent, came);
    t.diagnostic(inWords(statement));
    const { received, strange, twice } = statement;
    assert.deepEqual({ received, strange }, { received: this.sent.size, strange: 0 });
    assert.ok(twice <= twiceAtMost, `${twice} came again, at most ${twiceAtMost} may`);
    const { taken, restored, delivered, dropped, queued } = account(run, 'exporter');
    assert.deepEqual(
      { balanced: run.ledger?.balanced, delivered, dropped, queued },
      { balanced: true, delivered: taken + restored, dropped: {}, queued: 0 },
    );
  }
}
