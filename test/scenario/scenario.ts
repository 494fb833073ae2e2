import { gzipSync } from 'node:zlib';
import type { ContainerSpec } from './container.ts';
import { Container } from './container.ts';
import type { SessionSpec, TraceSpec } from './etl_writer.ts';
import { clockOf, writeTrace } from './etl_writer.ts';
import type { EventSpec } from './event_headers.ts';
import type { ProcessSpec } from './process.ts';
import { Process } from './process.ts';
import type { Emitter, KernelSession } from './recorder.ts';
import { Recorder } from './recorder.ts';
import { duration, fileTime } from './time.ts';
import type { BuildName, WindowsBuild } from './windows_builds.ts';
import { BUILDS } from './windows_builds.ts';
import { World } from './world.ts';

/** The stage of a story. */
export interface ScenarioOptions {
  /** Default `server2022`. */
  readonly build?: BuildName;
  /** Default 4. */
  readonly cpus?: number;
  /** RFC 3339. Default 2026-03-02T09:15:00Z. */
  readonly start?: string;
  /** Seed of everything the story leaves open. */
  readonly seed?: number;
  /** Where the kernel logger's events go: into the same trace (default), one of their own, nowhere. */
  readonly kernel?: KernelSession;
  /** ThreadStart and ThreadStop beside processes. Default false. */
  readonly threads?: boolean;
  /** The image and first libraries beside every process start. Default false. */
  readonly images?: boolean;
  /** Registry events with the key's full name rather than, as on most real systems, none. Default false. */
  readonly fullKeyNames?: boolean;
  /** The node's address. */
  readonly address?: string;
  /** Session settings: buffer size, names, clock, compression. */
  readonly session?: SessionSpec;
}

/** Begins a story. */
export function scenario(options: ScenarioOptions = {}): Scenario {
  return new Scenario(options);
}

/** A story and the traces that ETW sessions record of it. */
export class Scenario {
  readonly build: WindowsBuild;
  readonly recorder: Recorder;
  readonly world: World;
  readonly #session: SessionSpec;
  readonly #cpus: number;
  #containers = 0;

  constructor(options: ScenarioOptions) {
    this.build = BUILDS[options.build ?? 'server2022'];
    this.#cpus = options.cpus ?? 4;
    const start = fileTime(options.start ?? '2026-03-02T09:15:00Z');
    const { osMajor, osMinor, osBuild } = this.build;
    this.#session = {
      osMajor,
      osMinor,
      osBuild,
      processors: this.#cpus,
      startTime: start,
      ...options.session,
    };
    this.recorder = new Recorder({
      start,
      cpus: this.#cpus,
      seed: options.seed ?? 1,
      kernelSession: options.kernel ?? 'same',
      toClock: clockOf(this.#session),
    });
    this.world = new World(this.recorder, this.build, {
      threads: options.threads ?? false,
      images: options.images ?? false,
      fullKeyNames: options.fullKeyNames ?? false,
      hostAddress: options.address ?? '10.240.0.4',
    });
  }

  /** The process and thread that control the sessions; rundown is written by them. */
  get controller(): Emitter {
    return { pid: CONTROLLER.pid, tid: CONTROLLER.tid, cpu: this.recorder.random.integer(0, this.#cpus) };
  }

  /** A container; its processes are given `in` it. */
  container(spec: ContainerSpec = {}): Container {
    this.#containers += 1;
    const n = this.#containers;
    const volume =
      this.build.scratchVolume === 'vhd'
        ? `\\Device\\VhdHardDisk{${this.recorder.random.guid()}}`
        : `\\Device\\HarddiskVolume${4 + n}`;
    return new Container(this.recorder, spec, { jobId: 1200 + n * 17, session: n + 1, volume });
  }

  /** A process that ran before the trace. */
  process(spec: ProcessSpec | string): Process {
    const full = typeof spec === 'string' ? { commandLine: spec } : spec;
    const age = BigInt(this.recorder.random.integer(60, 36_000)) * 10_000_000n;
    const process = new Process(this.world, full, undefined, this.recorder.now - age);
    if (full.rundown ?? true) process.rundown(this.controller);
    return process;
  }

  /** Lets time pass: `250ms`, `1m30s`. */
  after(time: string): this {
    this.recorder.advance(duration(time));
    return this;
  }

  /** Writes an event of any kind at the present time, as it is. */
  writes(event: (time: bigint) => EventSpec): this {
    this.recorder.tick();
    this.recorder.step(event(this.recorder.clock));
    return this;
  }

  /** The open buffer of a processor is lost with what is in it. */
  losesBuffer(cpu: number): this {
    this.recorder.act({ action: 'lose_buffer', cpu });
    return this;
  }

  /** A processor found no buffer for so many events. */
  losesEvents(cpu: number, count: number): this {
    this.recorder.act({ action: 'lose_events', cpu, count });
    return this;
  }

  /** The flush timer fires. */
  flushes(): this {
    this.recorder.act({ action: 'flush', time: this.recorder.clock });
    return this;
  }

  /** What the main session recorded, for `writeTrace`. */
  spec(): TraceSpec {
    return { ...this.#session, ...CONTROLLER, steps: this.recorder.main };
  }

  /** The main session's trace. */
  trace(): Uint8Array {
    return writeTrace(this.spec());
  }

  /** The kernel logger's own trace, with `kernel: 'separate'`. */
  kernelTrace(): Uint8Array {
    const names = { loggerName: 'NT Kernel Logger', logFileName: 'C:\\ProgramData\\Sigel\\kernel.etl' };
    return writeTrace({
      ...this.#session,
      ...CONTROLLER,
      ...names,
      loggerId: 2,
      steps: this.recorder.kernel,
    });
  }

  /** The main trace, gzipped; without a time stamp, so that the same story gives the same bytes. */
  gzippedTrace(): Uint8Array {
    return gzipSync(this.trace(), { level: 9 });
  }
}

const CONTROLLER = { pid: 4712, tid: 4728 } as const;
