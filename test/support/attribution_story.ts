import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobFacts } from '../../src/containerd/facts.ts';
import { Attributing, fakeClock, type Says, shown, told, turn } from './attribution.ts';

/** smss.exe of a silo, as public reports of Server 2022 show it. */
export const IN_SILO =
  '\\Device\\VhdHardDisk{b1f4c0aa-0b1c-4c9e-9c68-0d7f3f5b5b11}\\Windows\\System32\\smss.exe';
// Processes of the node; records of CLOCK, which only tell the time, are not shown.
export const SHIM = 50;
const CLOCK = 60;

/**
 * A story of a trace and of containerd, told to a `container_attribution` processor. Times are milliseconds.
 */
export class Story {
  readonly #world: Attributing;
  readonly #tick: (ms: number) => void;
  readonly containerd: Attributing['containerd'];
  #open: Promise<unknown>[] = [];

  constructor(tick: (ms: number) => void, config: StoryCase['config']) {
    this.#tick = tick;
    this.#world = new Attributing(config);
    this.containerd = this.#world.containerd;
  }
  async begin(): Promise<void> {
    await this.#world.start();
    await this.#take('process.start', SHIM, 0, { session: 0, name: 'containerd-shim-runhcs-v1.exe' });
    await this.#take('process.start', CLOCK, 0, { session: 0, name: 'clock.exe' });
  }
  starts(pid: number, ms: number, says: Says = {}): Promise<void> {
    return this.#take('process.start', pid, ms, says);
  }
  exits(pid: number, ms: number, says: Says = {}): Promise<void> {
    return this.#take('process.exit', pid, ms, says);
  }
  runs(pid: number, ms: number, says: Says = {}): Promise<void> {
    return this.#take('process.rundown', pid, ms, says);
  }
  acts(pid: number, ms: number, says: Says = {}): Promise<void> {
    return this.#take('file.create', pid, ms, says);
  }
  /** Kernel-Process tells of a silo or a job; SHIM, which made it, writes that. */
  tells(eventName: string, ms: number, says: Says): Promise<void> {
    return this.#take(eventName, SHIM, ms, says);
  }
  /** Windows says what job a container has. */
  job(id: string, ms: number, job: Partial<JobFacts>): void {
    this.containerd.job(id, job, ms * 1000);
  }
  /** Events have come up to this time. */
  clock(ms: number): Promise<void> {
    return this.#take('file.create', CLOCK, ms, {});
  }
  create(id: string, ms: number, made: Parameters<Attributing['containerd']['create']>[2] = {}): void {
    this.containerd.create(id, ms * 1000, made);
  }
  run(id: string, pid: number, ms: number): void {
    this.containerd.run(id, pid, ms * 1000);
  }
  /** Time passes without anything. */
  async waits(ms: number): Promise<void> {
    this.#tick(ms);
    await turn();
  }
  /** How the shim's own events of jobs and silos were found. */
  get ofShim(): string[] {
    const { out } = this.#world;
    return out.filter(({ eventName }) => eventName?.startsWith('job.')).map(shown);
  }
  /** What has gone on by now. */
  get shown(): string[] {
    return this.#world.out
      .filter(({ attributes }) => ![SHIM, CLOCK].includes(Number(attributes['process.pid'])))
      .map((record) => `${String(record.attributes['process.pid'])} ${shown(record)}`);
  }
  async end(): Promise<void> {
    await this.#world.shutdown();
    await Promise.all(this.#open);
    assert.equal(this.#world.account.imbalance(), 0);
    assert.equal(this.#world.account.queued, 0);
  }
  async #take(eventName: string, pid: number, ms: number, says: Says): Promise<void> {
    this.#open.push(this.#world.take(told(eventName, pid, ms * 1000, says)));
    await turn();
  }
}

/** In: a story of trace and containerd. Out: who each record was found to be of. */
export interface StoryCase {
  readonly title: string;
  /** Of the processor. */
  readonly config?: ConstructorParameters<typeof Attributing>[0];
  readonly before?: (story: Story) => void;
  readonly story: (story: Story) => Promise<void>;
  readonly shown: readonly string[];
  /** What still waited at the end. */
  readonly waiting?: readonly string[];
  /** What SHIM wrote, where that is of interest. */
  readonly ofShim?: readonly string[];
}

/** Registers a test for each case. */
export function testStories(cases: readonly StoryCase[]): void {
  for (const { title, config, before, story, shown: expected, waiting, ofShim } of cases) {
    test(`attribution: ${title}`, async (t) => {
      fakeClock(t);
      const s = new Story((ms) => t.mock.timers.tick(ms), config);
      before?.(s);
      await s.begin();
      await story(s);
      if (waiting !== undefined) assert.deepEqual(s.shown, expected);
      await s.end();
      assert.deepEqual(s.shown, [...expected, ...(waiting ?? [])]);
      if (ofShim !== undefined) assert.deepEqual(s.ofShim, ofShim);
    });
  }
}
