import type { View } from './paths.ts';
import type { Emitter, Recorder } from './recorder.ts';
import type { WindowsBuild } from './windows_builds.ts';

/** What all processes of a story share: the build, and the numbers that Windows gives out. */
export class World {
  readonly build: WindowsBuild;
  readonly recorder: Recorder;
  /** Whether starts come with ThreadStart, and with the loading of the image and the first libraries. */
  readonly threads: boolean;
  readonly images: boolean;
  /** Registry events carry the key's full name; on a real system most carry none. */
  readonly fullKeyNames: boolean;
  readonly hostAddress: string;
  #pid = 1000;
  #sequence = 400n;
  #object = 0n;
  #port = 49_700;
  #fileKey = 0xffff_c08e_1000_0000n;
  readonly #fileKeys = new Map<string, bigint>();

  constructor(recorder: Recorder, build: WindowsBuild, options: WorldOptions) {
    this.recorder = recorder;
    this.build = build;
    this.threads = options.threads;
    this.images = options.images;
    this.fullKeyNames = options.fullKeyNames;
    this.hostAddress = options.hostAddress;
  }

  /** A process or thread id: both come from one table, in steps of 4. */
  nextId(): number {
    this.#pid += 4 * this.recorder.random.integer(1, 12);
    return this.#pid;
  }

  /** Numbers processes for the whole uptime. */
  nextSequence(): bigint {
    this.#sequence += 1n;
    return this.#sequence;
  }

  /** A kernel address, as of a file object, an IRP or a key. */
  nextObject(): bigint {
    this.#object += BigInt(this.recorder.random.integer(3, 40));
    return 0xffff_8d86_5a00_0000n + this.#object * 0x10n;
  }

  /** A file's key (its FsContext): the same for all who open the same path. */
  fileKey(path: string): { key: bigint; fresh: boolean } {
    const known = this.#fileKeys.get(path.toLowerCase());
    if (known !== undefined) return { key: known, fresh: false };
    this.#fileKey += 0x170n;
    this.#fileKeys.set(path.toLowerCase(), this.#fileKey);
    return { key: this.#fileKey, fresh: true };
  }

  /** Forgets a deleted file, so that its path gets a new key. */
  forgetFile(path: string): void {
    this.#fileKeys.delete(path.toLowerCase());
  }

  /** An ephemeral port. */
  nextPort(): number {
    this.#port += this.recorder.random.integer(1, 5);
    return this.#port;
  }
}

/** See {@link World}. */
export interface WorldOptions {
  readonly threads: boolean;
  readonly images: boolean;
  readonly fullKeyNames: boolean;
  readonly hostAddress: string;
}

/** Who acts, as the modules of actions need it. */
export interface Actor {
  readonly world: World;
  readonly pid: number;
  readonly tid: number;
  readonly view: View;
  /** SID. */
  readonly user: string;
  readonly address: string;
  /** The main thread, on the processor it runs on now. */
  emitter(): Emitter;
}
