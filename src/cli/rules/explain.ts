import { issueLine } from '../../config/issue_line.ts';
import { readText } from '../../config/read_file.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { type Explanation, explained } from '../../sigma/engine/explain.ts';
import { flatRecord } from '../../sigma/event_log/flat_record.ts';
import { loadRules } from '../../sigma/load.ts';
import { sourceOf } from '../../sigma/source_of.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { parseLists } from './lists.ts';

/** `sigel rules explain`: which parts of a rule an event meets. */
export const rulesExplain: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      json: { type: 'boolean', default: false },
      list: { type: 'string', multiple: true, default: [] },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const [ruleFile, eventFile, ...others] = parsed.positionals;
    if (ruleFile === undefined || eventFile === undefined || others.length > 0) {
      return wrongUsage(io, 'rules', 'explain: name a rule file and a file with one event');
    }
    const lists = parseLists(parsed.values.list);
    if (lists.kind === 'wrong') return wrongUsage(io, 'rules', lists.message);
    const record = await readEvent(eventFile, io);
    const loaded = await loadRules([ruleFile], lists.lists);
    for (const issue of loaded.failures.flat())
      io.stderr.write(`sigel rules: not loaded: ${issueLine(issue)}\n`);
    if (record === undefined || loaded.rules.length === 0) return ExitCode.failed;
    for (const rule of loaded.rules) {
      const source = sourceOf(rule, record);
      if (source === undefined) {
        io.stderr.write(`sigel rules: the event is not of the log source of "${rule.metadata.title}"\n`);
        continue;
      }
      const explanation = explained(rule.expression, source, record);
      const text = parsed.values.json
        ? `${JSON.stringify({ title: rule.metadata.title, ...explanation })}\n`
        : `${rule.metadata.title}\n${lines(explanation, 1).join('\n')}\n`;
      await writeOut(io.stdout, text);
    }
    return ExitCode.done;
  },
};

async function readEvent(file: string, io: Io): Promise<LogRecord | undefined> {
  const read = await readText(file);
  try {
    if (read.kind === 'read') return flatRecord(JSON.parse(read.text) as Record<string, unknown>);
    io.stderr.write(`sigel rules: ${file} cannot be read: ${read.reason}\n`);
  } catch {
    io.stderr.write(`sigel rules: ${file} holds no JSON object\n`);
  }
  return undefined;
}

function lines({ met, text, parts }: Explanation, depth: number): string[] {
  const own = `${'  '.repeat(depth)}${met ? 'yes' : 'no '}  ${text.replace(/\p{Cc}/gu, '\u{fffd}')}`;
  return [own, ...(parts ?? []).flatMap((part) => lines(part, depth + 1))];
}
