import {
  type ExceptionTerms,
  scopedException,
  type WrittenException,
} from '../../sigma/exceptions/scoped.ts';
import { addException, withException } from '../../sigma/exceptions/write_file.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { readTold, type ToldDetection } from './told_detections.ts';

const DAY = 86_400_000;
/** Detections that are named where one has to be chosen. */
const MAX_LISTED = 50;

/** `sigel rules except`: writes an exception for a detection. */
export const rulesExcept: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      uid: { type: 'string' },
      owner: { type: 'string', default: '' },
      days: { type: 'string', default: '30' },
      reason: { type: 'string' },
      field: { type: 'string', multiple: true, default: [] },
      file: { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const { values, positionals } = parsed;
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0)
      return wrongUsage(io, 'rules', 'except: name one file with detections');
    const terms = termsOf(values.owner, values.days, values.reason);
    if (typeof terms === 'string') return wrongUsage(io, 'rules', `except: ${terms}`);
    const told = await readFor(path, io);
    const wanted = told?.filter(({ uid }) => values.uid === undefined || uid === values.uid);
    const chosen = wanted === undefined ? undefined : chooseOne(wanted, values.field, terms, io);
    if (chosen === undefined) return ExitCode.failed;
    // Whoever has to choose a detection first is not asked yet.
    if (terms.owner === '') return wrongUsage(io, 'rules', 'except: say with --owner who answers for it');
    return write(chosen, values.file, io);
  },
};

interface Chosen {
  readonly exception: WrittenException;
  readonly title: string;
}

/** What the options say, or what is wrong with them. */
function termsOf(owner: string, days: string, reason: string | undefined): ExceptionTerms | string {
  const count = /^\d{1,4}$/.test(days) ? Number(days) : 0;
  if (count < 1) return `--days takes a number from 1 to 9999, not '${days}'`;
  const expires = new Date(Date.now() + count * DAY).toISOString().slice(0, 10);
  return { owner, expires, ...(reason === undefined ? {} : { reason }) };
}

async function readFor(path: string, io: Io): Promise<readonly ToldDetection[] | undefined> {
  try {
    return await readTold(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.stderr.write(`sigel rules: ${path} cannot be read: ${reason}\n`);
    return undefined;
  }
}

/** Detections that one exception covers are one; undefined, and said, where there are none or several. */
function chooseOne(
  told: readonly ToldDetection[],
  fields: readonly string[],
  terms: ExceptionTerms,
  io: Io,
): Chosen | undefined {
  const different = new Map<string, Chosen & { readonly uid: string }>();
  for (const { rule, title, uid, attributes } of told) {
    const exception = scopedException(rule, attributes, fields, terms);
    different.set(JSON.stringify(exception), { exception, title, uid });
  }
  const [only] = different.values();
  if (different.size === 1) return only;
  if (only === undefined) io.stderr.write('sigel rules: there is no such detection in it\n');
  else {
    const lines = [...different.values()].slice(0, MAX_LISTED).map(({ uid, title }) => `${uid}  ${title}\n`);
    const text = `sigel rules: several detections: choose one with --uid\n${lines.join('')}`;
    io.stderr.write(text.replace(/[^\P{Cc}\n]/gu, '\u{fffd}'));
  }
  return undefined;
}

async function write({ exception, title }: Chosen, file: string | undefined, io: Io): Promise<number> {
  if (file === undefined) {
    const made = withException('', exception, title);
    if (made.kind === 'text') await writeOut(io.stdout, made.text);
    else io.stderr.write(`sigel rules: ${made.message}\n`);
    return made.kind === 'text' ? ExitCode.done : ExitCode.failed;
  }
  const failure = await addException(file, exception, title);
  io.stderr.write(
    failure === undefined
      ? `${file}: until ${exception.expires}, nothing is told of it\n`
      : `sigel rules: ${file}: ${failure}\n`,
  );
  return failure === undefined ? ExitCode.done : ExitCode.failed;
}
