import { Buffer } from 'node:buffer';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RotationConfig } from './config.ts';
import { putAside, removeOld } from './rotation.ts';

const MEBIBYTE = 1024 * 1024;

/** How a {@link LineFile} treats its file. */
export interface LineFileOptions {
  readonly path: string;
  readonly append: boolean;
  readonly create_directory: boolean;
  readonly rotation?: RotationConfig | undefined;
}

/**
 * A file that lines are added to, one after the other: a line is whole or not there. After a failed write the file is
 * cut back to the last whole line. Calls must not overlap.
 */
export class LineFile {
  readonly #options: LineFileOptions;
  #handle: FileHandle | undefined;
  #size = 0;
  /** Whether it is a file on a disk; a pipe or device has no size and cannot be cut or synced. */
  #regular = true;
  #dirty = false;
  /** Whether a failed write may have left a part of a line. */
  #torn = false;

  constructor(options: LineFileOptions) {
    this.#options = options;
  }

  /** Opens the file; rejects when that is not possible. */
  async open(): Promise<void> {
    const { path, append, create_directory, rotation } = this.#options;
    if (create_directory) await mkdir(dirname(path), { recursive: true });
    await this.#open(append || rotation !== undefined);
  }

  /** Adds a line; rejects when it could not be written, and nothing of it is in the file then. */
  async add(line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    const { rotation } = this.#options;
    await this.#mend();
    if (
      rotation !== undefined &&
      this.#size > 0 &&
      this.#size + bytes.length > rotation.max_megabytes * MEBIBYTE
    ) {
      await this.#rotate(rotation);
    }
    // The file is open unless a rotation failed half-way.
    if (this.#handle === undefined) await this.#open(true);
    try {
      this.#dirty = true;
      await this.#handle?.appendFile(bytes);
    } catch (error) {
      this.#torn = true;
      // If that fails too, it is done before the next line.
      await this.#mend().catch(() => undefined);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Forces what was written to the disk. */
  async sync(): Promise<void> {
    if (!this.#dirty || !this.#regular) return;
    this.#dirty = false;
    await this.#handle?.datasync();
  }

  /** Syncs and closes. */
  async close(): Promise<void> {
    const handle = this.#handle;
    try {
      await this.#mend();
      await this.sync();
    } finally {
      this.#handle = undefined;
      await handle?.close();
    }
  }

  async #mend(): Promise<void> {
    if (this.#torn && this.#regular) await this.#handle?.truncate(this.#size);
    this.#torn = false;
  }

  async #open(keep: boolean): Promise<void> {
    // Always for appending, so that a file that was cut back is continued where it was cut.
    const handle = await open(this.#options.path, 'a', 0o644);
    try {
      const stats = await handle.stat();
      this.#regular = stats.isFile();
      if (!keep && this.#regular) await handle.truncate(0);
      this.#size = keep && this.#regular ? stats.size : 0;
      this.#handle = handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #rotate(rotation: RotationConfig): Promise<void> {
    await this.close();
    await putAside(this.#options.path, rotation);
    await this.#open(false);
    await removeOld(this.#options.path, rotation);
  }
}
