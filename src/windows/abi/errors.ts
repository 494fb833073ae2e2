import { ERROR_TABLE, type ErrorRow, type EtwOperation } from './error_table.ts';

/** An error that Windows answered with. */
export interface WindowsError {
  /** The system error code; 0 when the function does not exist. */
  readonly code: number;
  /** `ERROR_ACCESS_DENIED`, or the number. */
  readonly name: string;
  /** What was asked for, and what it means, in a sentence. */
  readonly message: string;
  /** What to do about it, in a sentence; undefined where nothing general can be said. */
  readonly advice: string | undefined;
}

const ROWS: ReadonlyMap<number, ErrorRow> = new Map(ERROR_TABLE.map((row) => [row.code, row]));

/**
 * The error of a code.
 *
 * @param what What was asked for: `StartTraceW of session sigel-events`.
 * @param operation Where a code has a meaning of its own.
 */
export function windowsError(code: number, what: string, operation?: EtwOperation): WindowsError {
  const row = ROWS.get(code);
  if (row === undefined)
    return { code, name: String(code), message: `${what}: error ${code}`, advice: undefined };
  const { says, advice } = (operation === undefined ? undefined : row.of?.[operation]) ?? row;
  return { code, name: row.name, message: `${what}: ${says} (${row.name}, ${code})`, advice };
}

/** The error of a function that is not there: code 0. */
export function missingFunction(message: string): WindowsError {
  return {
    code: 0,
    name: 'ERROR_PROC_NOT_FOUND',
    message,
    advice: 'Sigel needs Windows Server 2019, Windows 10 1809 or later for live events',
  };
}
