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
  /** Undefined where it could not be opened again: a number that was closed may be another file's by now. */
  #file: number | undefined;
  #size = 0;

  /** Makes the file, and the folder that it is in. Throws when that cannot be. */
  constructor(options: RotatingLogOptions) {
    super({ decodeStrings: true });
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true });
    this.#file = this.#open();
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      if (this.#size > 0 && this.#size + chunk.length > this.#options.maxBytes) this.#rotate();
      this.#file ??= this.#open();
      writeSync(this.#file, chunk);
      this.#size += chunk.length;
    } catch {
      // A full disk may have room again for what comes next.
    }
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#close();
    done();
  }

  #open(): number {
    const file = openSync(this.#options.path, 'a', 0o600);
    this.#size = fstatSync(file).size;
    return file;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #rotate(): void {
    const { path, backups } = this.#options;
    this.#close();
    // Windows renames no file that somebody reads: then it is written on, and tried again with the next line.
    if (move(path, `${path}.0`)) {
      rmSync(`${path}.${backups}`, { force: true });
      for (let n = backups - 1; n >= 0; n--) move(`${path}.${n}`, `${path}.${n + 1}`);
    }
  }
}

/** Whether it could be moved. */
function move(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
