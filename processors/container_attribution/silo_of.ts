import { valueOf } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';

/** The silo that a record's process is in, as Windows stamps what it writes. */
export function siloOf({ own, blocks }: LogRecord, process: KnownProcess): string | undefined {
  // Events about silos and jobs name one themselves, and others are about another process than their writer.
  if (valueOf(own, Attr.siloId) !== undefined) return undefined;
  for (const block of blocks) {
    const silo = valueOf(block, Attr.siloId);
    if (silo === undefined) continue;
    const writer = valueOf(own, Attr.etwProcessId) ?? valueOf(block, Attr.etwProcessId);
    return writer === undefined || writer === process.pid ? silo : undefined;
  }
  return undefined;
}
