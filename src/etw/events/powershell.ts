import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

const SCRIPT_BLOCK = [field('ScriptBlockId', Attr.scriptBlockId), field('RunspaceId', Attr.runspaceId)];

const NOTES = `A long script is logged in parts (4104). They are joined into one record, whose body is the whole text up to the
limit; where parts are missing, the record says how many and the text has a mark in their place.`;

/**
 * Microsoft-Windows-PowerShell (Windows PowerShell 5). PowerShell gives scripts it finds suspicious the level
 * warning, which the record's severity shows.
 */
export const powershell: ProviderMapping = {
  guid: 'a0c1853b-5c40-4b15-8766-3cf1c58f985a',
  name: 'Microsoft-Windows-PowerShell',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    4103: {
      eventName: 'powershell.command',
      severity: Severity.info,
      body: 'powershell command (pid {process.pid})',
      bodyField: 'Payload',
      fields: [field('ContextInfo', Attr.commandContext)],
    },
    4104: {
      eventName: 'powershell.script_block',
      severity: Severity.info,
      body: 'powershell script block {powershell.script_block.id} (empty)',
      bodyField: 'ScriptBlockText',
      fields: [
        field('ScriptBlockId', Attr.scriptBlockId),
        field('MessageNumber', Attr.scriptBlockPart),
        field('MessageTotal', Attr.scriptBlockParts),
        field('Path', Attr.scriptPath),
      ],
      learned: [Attr.scriptBlockMissing],
    },
    4105: {
      eventName: 'powershell.script_block.start',
      severity: Severity.debug,
      body: 'powershell script block {powershell.script_block.id} started',
      fields: SCRIPT_BLOCK,
    },
    4106: {
      eventName: 'powershell.script_block.stop',
      severity: Severity.debug,
      body: 'powershell script block {powershell.script_block.id} stopped',
      fields: SCRIPT_BLOCK,
    },
  },
};
