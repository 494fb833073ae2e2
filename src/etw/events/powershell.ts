import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

const SCRIPT_BLOCK = [field('ScriptBlockId', Attr.scriptBlockId), field('RunspaceId', Attr.runspaceId)];

/**
 * Microsoft-Windows-PowerShell (Windows PowerShell 5). A long script comes in parts (part n of parts);
 * PowerShell gives scripts it finds suspicious the level warning, which the record's severity shows.
 */
export const powershell: ProviderMapping = {
  guid: 'a0c1853b-5c40-4b15-8766-3cf1c58f985a',
  name: 'Microsoft-Windows-PowerShell',
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
