import type { CategoryDefinition } from '../src/sigma/fields/definition.ts';
import { SERVICES } from '../src/sigma/fields/services.ts';
import { CATEGORIES } from '../src/sigma/fields/table.ts';
import { table } from './table.ts';

const HEAD = `# Sigma's fields

Which records the log sources of Sigma rules mean, and what their fields are in them. Generated from the tables in
src/sigma/fields by \`npm run generate\`; change those.

Each field knows where its value comes from:

| from        |                                                                                         |
| ----------- | --------------------------------------------------------------------------------------- |
| \`event\`     | the event itself, with what the correlator completes it by                               |
| \`process\`   | the process table: needs the \`process\` processor in front                                |
| \`file\`      | the file on disk: needs the [\`file_facts\`](../processors/file_facts/README.md) processor |
| \`inferred\`  | a conclusion from other facts                                                             |

Paths are those that the acting process sees (\`C:\\…\`), in a container too. A field that is not listed is not there: a rule that
needs it cannot fire, and one that only excludes by it fires without that exclusion.

\`sigel rules coverage DIR\` says which rules that is, for what the receivers of a configuration record (\`--config\`; without one the
preset \`security\`). A rule can fire when some branch of its condition has all the fields that it must find. Of SigmaHQ's 2,855
active Windows rules that load without lists, 2,360 can fire on the preset, 2,420 with the facts of files (2,426 with signatures),
and 2,592 on recordings of everything; 30 (23 with facts of files, 12 with signatures) then lack a field that an exclusion asks for.

Not told by ETW at all: pipe_created (the file providers do not see named pipes), registry_rename, file_change,
file_executable_detected, process_tampering, raw_access_thread, ps_classic_*, sysmon_*. Event logs have the last two.
`;

/** The text of docs/sigma-fields.md. */
export function sigmaFieldsDoc(): string {
  return [HEAD, ...CATEGORIES.map(section), services()].join('\n');
}

function section({ category, eventNames, only, fields, notes }: CategoryDefinition): string {
  const rows = Object.entries(fields).map(([name, { from, provenance }]) => [
    `\`${name}\``,
    from.replaceAll('|', '\\|'),
    provenance,
  ]);
  const which = only === undefined ? '' : `, where: ${only.words}`;
  const more = notes === undefined ? '' : `\n${notes}\n`;
  return `## ${category}

${eventNames.map((name) => `\`${name}\``).join(', ')}${which}
${more}
${table(['Field', 'Value', 'From'], rows)}`;
}

function services(): string {
  const rows = Object.entries(SERVICES).map(([service, { name }]) => [`\`${service}\``, name]);
  return `## Services

Rules of an event log channel see the events of its provider, by the payload's names: from the attribute that a field became
([events](events.md)), else from \`etw.event.data\`, which events without a table have, and all with the receivers'
\`include_event_data\`. \`EventID\`, \`Provider_Name\` and \`Level\` are the event's; a status is both decimal and \`0x…\`.

${table(['Service', 'Provider'], rows)}`;
}
