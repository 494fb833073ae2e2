import type { FileRole } from '../../src/file_facts/fact_blocks.ts';
import type { ToldPaths } from '../../src/file_facts/file_place.ts';
import type { AttributeKey } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';

/** The file that a record tells of, and how. */
export interface Subject {
  readonly role: FileRole;
  readonly paths: ToldPaths;
  /** The same file is told of very often: what is known of it need not be looked at each time. */
  readonly isCommon: boolean;
}

interface Kind {
  readonly role: FileRole;
  readonly path: AttributeKey<string>;
  readonly isCommon: boolean;
}

const PROCESS: Kind = { role: 'process', path: Attr.processExecutablePath, isCommon: false };
const DRIVER: Kind = { role: 'dll', path: Attr.dllPath, isCommon: false };
const MODULE: Kind = { role: 'dll', path: Attr.dllPath, isCommon: true };

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['process.start', PROCESS],
  ['driver.load', DRIVER],
]);
const KINDS_WITH_MODULES: ReadonlyMap<string, Kind> = new Map([...KINDS, ['process.module.load', MODULE]]);

/** Says which records tell of files that are run; undefined for all others. */
export function subjectOf(record: LogRecord, modules: boolean): Subject | undefined {
  const kind = (modules ? KINDS_WITH_MODULES : KINDS).get(record.eventName);
  const shown = kind === undefined ? undefined : record.get(kind.path);
  if (kind === undefined || shown === undefined) return undefined;
  const { role, isCommon } = kind;
  return { role, isCommon, paths: { shown, kernel: record.get(Attr.ntPath) } };
}
