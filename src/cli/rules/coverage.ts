import { type Coverage, coverageOf, type Surroundings } from '../../sigma/coverage/coverage.ts';
import { defaultSurroundings, surroundingsOf, withFileFacts } from '../../sigma/coverage/surroundings.ts';
import { loadRules } from '../../sigma/load.ts';
import type { SigmaRule } from '../../sigma/rule/documents.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { CONFIG_OPTIONS, loadForCommand } from '../service_command.ts';
import { parseLists } from './lists.ts';

interface Covered {
  readonly rule: SigmaRule;
  readonly coverage: Coverage;
  /** It lacks facts of files alone. */
  readonly withFileFacts: boolean;
}

/** `sigel rules coverage`: which rules can fire on what is recorded, and what the others lack. */
export const rulesCoverage: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      ...CONFIG_OPTIONS,
      json: { type: 'boolean', default: false },
      missing: { type: 'boolean', default: false },
      list: { type: 'string', multiple: true, default: [] },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const { values, positionals } = parsed;
    if (positionals.length === 0)
      return wrongUsage(io, 'rules', 'coverage: name at least one file or folder of rules');
    const lists = parseLists(values.list);
    if (lists.kind === 'wrong') return wrongUsage(io, 'rules', lists.message);
    const surroundings = await read(values, io);
    if (surroundings === undefined) return ExitCode.usage;
    const { rules, failures } = await loadRules(positionals, lists.lists);
    if (rules.length === 0) {
      io.stderr.write('sigel rules: no rule could be loaded; see sigel rules check\n');
      return ExitCode.failed;
    }
    const covered = rules.map((rule) => cover(rule, surroundings));
    const text = values.json ? json(covered, failures.length) : summary(covered, failures.length);
    await writeOut(io.stdout, text);
    if (values.missing && !values.json) await writeOut(io.stdout, covered.map(line).join(''));
    return ExitCode.done;
  },
};

async function read(
  { config, set }: { readonly config: readonly string[]; readonly set: readonly string[] },
  io: Io,
): Promise<Surroundings | undefined> {
  if (config.length === 0) return defaultSurroundings();
  const checked = await loadForCommand(io, { config, set }, 'warning');
  return checked === undefined ? undefined : surroundingsOf(checked);
}

function cover(rule: SigmaRule, surroundings: Surroundings): Covered {
  const coverage = coverageOf(rule, surroundings);
  const more = coverage.kind === 'lacks_fields' ? coverageOf(rule, withFileFacts(surroundings)) : coverage;
  return { rule, coverage, withFileFacts: coverage.kind !== 'fires' && more.kind === 'fires' };
}

function counts(covered: readonly Covered[]) {
  const of = (is: (one: Covered) => boolean): number => covered.filter(is).length;
  return {
    rules: covered.length,
    fires: of(({ coverage }) => coverage.kind === 'fires'),
    without_exclusion: of(({ coverage }) => coverage.kind === 'fires' && coverage.unchecked.length > 0),
    with_file_facts: of((one) => one.withFileFacts),
    lacks_fields: of((one) => one.coverage.kind === 'lacks_fields' && !one.withFileFacts),
    not_recorded: of(({ coverage }) => coverage.kind === 'not_recorded'),
    no_logsource: of(({ coverage }) => coverage.kind === 'no_logsource'),
  };
}

function summary(covered: readonly Covered[], failures: number): string {
  const c = counts(covered);
  const rows: readonly [count: number, what: string][] = [
    [c.rules, `rules${failures === 0 ? '' : `; ${failures} more do not load: see sigel rules check`}`],
    [c.fires, 'can fire'],
    [c.without_exclusion, '  of these without an exclusion that they rely on'],
    [c.with_file_facts, 'could fire with the facts of files (processor file_facts)'],
    [c.lacks_fields, 'need a field that is not there'],
    [c.not_recorded, 'look at events that are not recorded'],
    [c.no_logsource, 'have a log source that ETW does not tell of'],
  ];
  return rows.map(([count, what]) => `${String(count).padStart(6)}  ${what}\n`).join('');
}

// Nothing of those that fire as their author meant it.
function line({ rule, coverage }: Covered): string {
  const why = reason(coverage);
  return why === undefined ? '' : `${rule.metadata.range.source.name}: ${why}\n`;
}

function reason(coverage: Coverage): string | undefined {
  switch (coverage.kind) {
    case 'fires':
      return coverage.unchecked.length === 0
        ? undefined
        : `fires without excluding by ${coverage.unchecked.join(', ')}`;
    case 'lacks_fields':
      return `needs ${coverage.missing.join(', ')}`;
    case 'not_recorded':
      return `needs ${coverage.eventNames.join(', ') || 'an event that ETW does not tell of'}`;
    case 'no_logsource':
      return 'its log source is none of ETW';
  }
}

function json(covered: readonly Covered[], failures: number): string {
  const list = covered.map((one) => {
    const { metadata, logsource } = one.rule;
    return {
      id: metadata.id,
      title: metadata.title,
      file: metadata.range.source.name,
      logsource,
      with_file_facts: one.withFileFacts,
      ...one.coverage,
    };
  });
  return `${JSON.stringify({ ...counts(covered), not_loaded: failures, list }, undefined, 2)}\n`;
}
