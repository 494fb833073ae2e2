import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';

/** How a log is kept. */
export interface RotatingLogOptions {
  readonly path: string;
  /** Bytes at which it is put aside, as `path.1`. */
  readonly maxBytes: number;
  /** Files put aside that are kept. */
  readonly backups: number;
}

/** A stream into a file that does not grow without end. What cannot be written is lost: nobody is there to be told. */
export class RotatingLog extends Writable {
  readonly #options: RotatingLogOptions;
  #file: number;
  #size: number;

  /** Makes the file, and the folder that it is in. Throws when that cannot be. */
  constructor(options: RotatingLogOptions) {
    super({ decodeStrings: true });
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true });
    this.#file = openSync(options.path, 'a', 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      if (this.#size > 0 && this.#size + chunk.length > this.#options.maxBytes) this.#rotate();
      writeSync(this.#file, chunk);
      this.#size += chunk.length;
    } catch {
      // A full disk may have room again for what comes next.
    }
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    closeSync(this.#file);
    done();
  }

  #rotate(): void {
    const { path, backups } = this.#options;
    closeSync(this.#file);
    rmSync(`${path}.${backups}`, { force: true });
    for (let n = backups - 1; n >= 0; n--) move(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`);
    this.#file = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#file).size;
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // It is not there yet, or somebody reads it: then it is written on.
  }
}
