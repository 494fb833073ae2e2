import { Attr } from '../../model/attributes.ts';
import { processOf } from '../../process/process_block.ts';
import type { Provenance } from '../logsource.ts';
import { accountOf, accountText, logonIdOf } from './account.ts';
import type { FieldTable } from './definition.ts';
import { attribute, made } from './field.ts';

/** What only the process table tells: parent and grandparent. */
export const PARENT_FIELDS: FieldTable = {
  ParentImage: attribute(Attr.processParentExecutablePath, 'process'),
  ParentCommandLine: attribute(Attr.processParentCommandLine, 'process'),
  ParentProcessId: attribute(Attr.processParentPid, 'process'),
  ParentUser: made("the parent's `user.domain`\\\\`user.name`", 'process', (record) => {
    const facts = processOf(record)?.parent?.facts;
    return accountText(facts?.userName, facts?.userDomain);
  }),
  GrandParentImage: made(
    "the parent's `process.parent.executable.path`",
    'process',
    (record) => processOf(record)?.parent?.parent?.facts.path,
  ),
};

/** A process by its own facts: told by the event for a process's start, by the table for all others. */
export function processFields(provenance: Provenance): FieldTable {
  return {
    Image: attribute(Attr.processExecutablePath, provenance),
    CommandLine: attribute(Attr.processCommandLine, provenance),
    ProcessId: attribute(Attr.processPid),
    User: made('`user.domain`\\\\`user.name`', provenance, accountOf),
    IntegrityLevel: attribute(Attr.windowsIntegrityLevel, provenance),
    LogonId: made("`windows.logon.id`, or the service accounts' own", 'inferred', logonIdOf),
    TerminalSessionId: attribute(Attr.windowsSessionId, provenance),
  };
}

/** Whoever did it, and its parent: fields of all categories but that of a process's start. */
export const ACTOR_FIELDS: FieldTable = { ...processFields('process'), ...PARENT_FIELDS };
