import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';

/** What is known of a process. Texts come from traces, so they are cut. */
export interface ProcessFacts {
  readonly path: string | undefined;
  readonly name: string | undefined;
  readonly commandLine: string | undefined;
  readonly parentPid: number | undefined;
  /** The kernel's number of the parent, never used again in a boot. */
  readonly parentSequence: number | undefined;
  readonly sequence: number | undefined;
  /** When it was created, as records show times. */
  readonly created: string | undefined;
  readonly session: number | undefined;
  readonly userId: string | undefined;
  readonly userName: string | undefined;
  readonly userDomain: string | undefined;
  readonly integrity: string | undefined;
}

/** Nothing known. */
export const NO_FACTS: ProcessFacts = Object.freeze({
  path: undefined,
  name: undefined,
  commandLine: undefined,
  parentPid: undefined,
  parentSequence: undefined,
  sequence: undefined,
  created: undefined,
  session: undefined,
  userId: undefined,
  userName: undefined,
  userDomain: undefined,
  integrity: undefined,
});

const KEYS = Object.keys(NO_FACTS) as readonly (keyof ProcessFacts)[];

// A start shows its command line whole (Windows allows 32,767 characters); other records quote this much of it.
const MAX_COMMAND_LINE = 4096;
const MAX_PATH = 2048;
const MAX_NAME = 256;

/** What a record of a process's life (start, exit, rundown) tells of it. */
export function factsOf(record: LogRecord): ProcessFacts {
  return {
    path: cut(record.get(Attr.processExecutablePath), MAX_PATH),
    name: cut(record.get(Attr.processExecutableName), MAX_NAME),
    commandLine: cut(record.get(Attr.processCommandLine), MAX_COMMAND_LINE),
    parentPid: record.get(Attr.processParentPid),
    parentSequence: record.get(Attr.windowsParentSequenceNumber),
    sequence: record.get(Attr.windowsSequenceNumber),
    created: record.get(Attr.processCreationTime),
    session: record.get(Attr.windowsSessionId),
    userId: cut(record.get(Attr.userId), MAX_NAME),
    userName: cut(record.get(Attr.userName), MAX_NAME),
    userDomain: cut(record.get(Attr.userDomain), MAX_NAME),
    integrity: cut(record.get(Attr.windowsIntegrityLevel), MAX_NAME),
  };
}

function cut(text: string | undefined, most: number): string | undefined {
  return text === undefined || text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/**
 * Both together: what was known stays, but of two names the longer, since exits of older kernels cut theirs.
 * The very same object where nothing was added.
 */
export function together(known: ProcessFacts, more: ProcessFacts): ProcessFacts {
  if (known === NO_FACTS) return KEYS.some((key) => more[key] !== undefined) ? more : known;
  const both: ProcessFacts = {
    path: known.path ?? more.path,
    name: longer(known.name, more.name),
    commandLine: known.commandLine ?? more.commandLine,
    parentPid: known.parentPid ?? more.parentPid,
    parentSequence: known.parentSequence ?? more.parentSequence,
    sequence: known.sequence ?? more.sequence,
    created: known.created ?? more.created,
    session: known.session ?? more.session,
    // A name belongs to the SID it came with.
    userId: known.userId ?? more.userId,
    userName: known.userName ?? (sameUser(known, more) ? more.userName : undefined),
    userDomain: known.userDomain ?? (sameUser(known, more) ? more.userDomain : undefined),
    integrity: known.integrity ?? more.integrity,
  };
  return KEYS.every((key) => both[key] === known[key]) ? known : both;
}

function longer(one: string | undefined, two: string | undefined): string | undefined {
  if (one === undefined || two === undefined) return one ?? two;
  return two.length > one.length ? two : one;
}

function sameUser(known: ProcessFacts, more: ProcessFacts): boolean {
  return known.userId === undefined || known.userId === more.userId;
}

/** Whether two records tell of one process: `unknown` where they have no number or creation time in common. */
export function identity(one: ProcessFacts, two: ProcessFacts): 'same' | 'other' | 'unknown' {
  if (one.sequence !== undefined && two.sequence !== undefined)
    return one.sequence === two.sequence ? 'same' : 'other';
  if (one.created !== undefined && two.created !== undefined)
    return one.created === two.created ? 'same' : 'other';
  return 'unknown';
}

/** Whether what is known of two processes cannot be of one. */
export function contradict(one: ProcessFacts, two: ProcessFacts): boolean {
  return (
    identity(one, two) === 'other' ||
    differ(one.parentPid, two.parentPid) ||
    differ(one.session, two.session) ||
    !sameName(one.name, two.name)
  );
}

function differ<T>(one: T | undefined, two: T | undefined): boolean {
  return one !== undefined && two !== undefined && one !== two;
}

// EPROCESS.ImageFileName is cut at 14 characters, and the kernel logger's is in the system's code page, so that
// only ASCII names can be compared.
const CUT = 14;
const ASCII = /^[ -~]*$/;

function sameName(one: string | undefined, two: string | undefined): boolean {
  if (one === undefined || two === undefined || !ASCII.test(one) || !ASCII.test(two)) return true;
  const [short = '', long = ''] = [one.toLowerCase(), two.toLowerCase()].sort((a, b) => a.length - b.length);
  return short === long || (short.length >= CUT && long.startsWith(short));
}

/** Characters that facts hold. */
export function sizeOf(facts: ProcessFacts): number {
  let size = 0;
  for (const text of [facts.path, facts.name, facts.commandLine, facts.userId, facts.userName])
    size += text?.length ?? 0;
  return size;
}
