import { lstatSync, readFileSync } from 'node:fs';
import { lstat, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './answer.ts';
import { type Answers, MAX_FILE, readAnswers, writeAnswers } from './answer_file.ts';

/** Where answers outlive the process. */
export interface AnswerStore {
  /** The answers kept for a provider of that version; undefined when there are none. */
  load(guid: string, version: string): Map<number, Answer> | undefined;
  /** Keeps a provider's answers in place of those before. Rejects when it cannot. */
  save(guid: string, version: string, answers: Answers): Promise<void>;
}

/** Bounds of a folder of answers. */
export interface FolderLimits {
  readonly files: number;
  readonly bytes: number;
}

const LIMITS: FolderLimits = { files: 512, bytes: 64 * 1024 * 1024 };
const EXTENSION = '.tdh';
const TEMPORARY = '.tmp';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Answers in a folder, a file for each provider, replaced as a whole. The folder is there and the agent's own
 * (src/windows/host/private_folder.ts); still a file that is not right is left out, counted and replaced.
 */
export class AnswerFolder implements AnswerStore {
  readonly #path: string;
  readonly #limits: FolderLimits;
  #damaged = 0;

  constructor(path: string, limits: FolderLimits = LIMITS) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Files that could not be read or were not right. */
  get damaged(): number {
    return this.#damaged;
  }

  load(guid: string, version: string): Map<number, Answer> | undefined {
    const path = this.#file(guid);
    if (path === undefined) return undefined;
    try {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      const file = found.isFile() && found.size <= MAX_FILE ? readFileSync(path) : undefined;
      const answers = file === undefined ? 'damaged' : readAnswers(file, identity(guid, version));
      if (answers === 'damaged') this.#damaged++;
      // A file of another version is what an update of Windows leaves behind.
      return answers === 'damaged' || answers === 'other' ? undefined : answers;
    } catch {
      this.#damaged++;
      return undefined;
    }
  }

  async save(guid: string, version: string, answers: Answers): Promise<void> {
    const path = this.#file(guid);
    if (path === undefined) return;
    const temporary = `${path}.${process.pid}${TEMPORARY}`;
    try {
      await writeFile(temporary, writeAnswers(identity(guid, version), answers), { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Removes what a crash left half-written, and the files written longest ago beyond the bounds. */
  async trim(): Promise<void> {
    const files: { readonly path: string; readonly size: number; readonly written: number }[] = [];
    for (const name of await readdir(this.#path)) {
      const path = join(this.#path, name);
      if (name.endsWith(TEMPORARY)) await rm(path, { force: true });
      if (!name.endsWith(EXTENSION)) continue;
      const { size, mtimeMs } = await lstat(path);
      files.push({ path, size, written: mtimeMs });
    }
    files.sort((a, b) => b.written - a.written);
    let bytes = 0;
    for (const [i, { path, size }] of files.entries()) {
      bytes += size;
      if (i >= this.#limits.files || bytes > this.#limits.bytes) await rm(path, { force: true });
    }
  }

  #file(guid: string): string | undefined {
    return GUID.test(guid) ? join(this.#path, `${guid}${EXTENSION}`) : undefined;
  }
}

function identity(guid: string, version: string): string {
  return `${guid}\n${version}`.slice(0, 1024);
}
