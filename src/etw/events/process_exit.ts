import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import type { SeverityRule } from './mapping.ts';

/** The body of every exit, whichever provider tells of it. */
export const processExitBody =
  'process exited: {process.executable.name} (pid {process.pid}, code {process.exit.code})';

const STATUS_CONTROL_C_EXIT = 0xc000013a;

/**
 * An exit code that is an NTSTATUS of severity error (0xc…) means a crash, such as an access violation;
 * Ctrl+C (0xc000013a), which also closes consoles, is none.
 */
export const CRASH: SeverityRule = {
  key: Attr.processExitCode,
  when: (code) =>
    typeof code === 'number' && code >= 0xc0000000 && code < 0xd0000000 && code !== STATUS_CONTROL_C_EXIT,
  severity: Severity.error,
  words: 'exit code 0xc… (a crash)',
};
