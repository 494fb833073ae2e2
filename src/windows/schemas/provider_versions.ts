import { statSync } from 'node:fs';
import type { Registry } from '../host/registry.ts';

const PUBLISHERS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Publishers';
const WINDOWS = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const LOCAL_FILE = /^[A-Za-z]:\\/;

/**
 * What a provider's descriptions are of: the file of resources that it is registered with, by its size and
 * time; of one without such a file (a MOF class, a file on a share) the build of Windows.
 */
export class ProviderVersions {
  readonly #registry: Registry;
  readonly #stat: typeof fileStamp;
  #windows: string | undefined;

  /** @param stat How a file is now; tests have their own. */
  constructor(registry: Registry, stat: typeof fileStamp = fileStamp) {
    this.#registry = registry;
    this.#stat = stat;
  }

  /** A text that changes when the provider's descriptions may have. */
  of(guid: string): string {
    const file = this.#registry.text(`${PUBLISHERS}\\{${guid}}`, 'ResourceFileName');
    // A share may be slow to answer, and would be told who we are.
    const stamp = file !== undefined && LOCAL_FILE.test(file) ? this.#stat(file) : undefined;
    return stamp === undefined ? this.#windowsVersion() : `${file} ${stamp}`;
  }

  #windowsVersion(): string {
    this.#windows ??= `windows ${this.#registry.text(WINDOWS, 'CurrentBuildNumber') ?? '?'}.${
      this.#registry.number(WINDOWS, 'UBR') ?? 0
    }`;
    return this.#windows;
  }
}

/** A file's size and time of last change; undefined when it is not there. */
export function fileStamp(path: string): string | undefined {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${Math.trunc(mtimeMs)}`;
  } catch {
    return undefined;
  }
}
