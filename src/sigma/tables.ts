import { eventLogTable } from './event_log/table.ts';
import { etwLogsources } from './fields/table.ts';
import type { LogsourceTable } from './logsource.ts';

/** Every table of log sources: a rule means the records of all of them. */
export const LOGSOURCE_TABLES: readonly LogsourceTable[] = [etwLogsources, eventLogTable];
