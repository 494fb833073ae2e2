import type { LogRecord } from '../../src/model/log_record.ts';
import { flatRecord } from '../../src/sigma/event_log/flat_record.ts';

/** A rule that fires when a program starts, a document of a file; its name is the program's. */
export const smallRule = (program: string, more = ''): string => `title: ${program} runs
name: ${program}
level: high
logsource: {product: windows, category: process_creation}
detection:
    sel: {Image|endswith: '\\${program}.exe'}
    condition: sel
${more}---
`;

/** A program that starts, at a second. */
export const startOf = (program: string, second = 0): LogRecord =>
  flatRecord({
    EventID: 1,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Image: `C:\\${program}.exe`,
    UtcTime: new Date(Date.UTC(2026, 2, 1) + 1000 * second).toISOString(),
  });
