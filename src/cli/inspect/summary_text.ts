import type { EventCount, FileSummary } from './summary.ts';

const MOST_ROWS = 40;

/** What a file holds, for a person. */
export function summaryText(file: FileSummary): string {
  const lost = (file.lost_events ?? 0) + (file.lost_buffers ?? 0);
  const lines = [
    file.path,
    `  logger        ${file.logger === '' ? '(unnamed)' : file.logger}`,
    `  recorded on   Windows build ${file.os_build}, ${file.cpus} processors, ${(file.pointer_size ?? 0) * 8}-bit, ${file.clock} clock`,
    `  time          ${file.start} to ${file.end ?? '(the session was not stopped)'}`,
    `  events        ${number(file.events)} in ${number(file.buffers)} buffers; ${number(file.decoded)} decoded (${percent(file.decoded, file.events)})`,
    `  lost          ${lost === 0 ? 'nothing' : `${number(file.lost_events ?? 0)} events, ${number(file.lost_buffers ?? 0)} buffers, says the recorder`}`,
    ...file.errors.map((error) => `  damage        ${error}`),
    '',
    `  ${'count'.padStart(10)}  ${'decoded'.padStart(7)}  event`,
    ...file.by_event.slice(0, MOST_ROWS).map(rowText),
  ];
  const more = file.by_event.length - MOST_ROWS;
  if (more > 0) lines.push(`  ${''.padStart(10)}  ${''.padStart(7)}  … and ${more} more (--json lists all)`);
  return `${lines.join('\n')}\n\n`;
}

function rowText(row: EventCount): string {
  const name = row.event ?? (row.kind === 'event' ? `id ${row.id}` : `opcode ${row.opcode}`);
  return `  ${number(row.count).padStart(10)}  ${percent(row.decoded, row.count).padStart(7)}  ${row.provider_name} ${name} v${row.version} (${row.kind})`;
}

const number = (n: number): string => n.toLocaleString('en');
const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${Math.floor((100 * part) / whole)}%`;
