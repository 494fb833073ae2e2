import {
  checkConsumption,
  checkFunctions,
  checkKernelEvents,
  checkOwnSessions,
  checkProviders,
  checkSchemas,
  checkSlots,
} from './etw_checks.ts';
import type { Examined } from './examined.ts';
import type { Finding } from './finding.ts';
import { checkJobs, checkPipe, checkRights, checkWindows } from './host_checks.ts';

const CHECKS: readonly ((examined: Examined) => Finding)[] = [
  checkWindows,
  checkRights,
  checkFunctions,
  checkConsumption,
  checkKernelEvents,
  checkSchemas,
  checkSlots,
  checkOwnSessions,
  checkProviders,
  checkJobs,
  checkPipe,
];

/** Judges what was found out, in the order in which it matters. */
export function judge(examined: Examined): Finding[] {
  return CHECKS.map((check) => check(examined));
}
