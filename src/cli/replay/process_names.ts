import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';

const MAX_PROCESSES = 65_536;

/** Remembers the file names of processes that were seen to start or run, for display alone. Bounded. */
export class ProcessNames {
  readonly #byPid = new Map<number, { readonly name: string; readonly session: number }>();

  note(record: LogRecord): void {
    if (record.eventName !== 'process.start' && record.eventName !== 'process.rundown') return;
    const pid = record.get(Attr.processPid);
    const name = record.get(Attr.processExecutableName);
    if (pid === undefined || name === undefined) return;
    if (this.#byPid.size >= MAX_PROCESSES) this.#byPid.clear();
    this.#byPid.set(pid, { name, session: record.get(Attr.windowsSessionId) ?? 0 });
  }

  /** `cmd.exe (4242) s3`: name, pid and, where it is not the system's 0, session; or the number alone. */
  of(pid: number): string {
    const known = this.#byPid.get(pid);
    if (known === undefined) return `(${pid})`;
    return `${known.name} (${pid})${known.session === 0 ? '' : ` s${known.session}`}`;
  }
}
