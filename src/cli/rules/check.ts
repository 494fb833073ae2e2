import { renderIssues } from '../../config/render.ts';
import { type LoadedRules, loadRules } from '../../sigma/load.ts';
import type { RuleIssue } from '../../sigma/rule/issue.ts';
import { ExitCode, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import { counted } from '../counted.ts';
import type { RulesCommand } from '../rules.ts';
import { parseLists } from './lists.ts';

/** `sigel rules check`: which rules load, and why the others do not. */
export const rulesCheck: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      json: { type: 'boolean', default: false },
      list: { type: 'string', multiple: true, default: [] },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const { values, positionals } = parsed;
    if (positionals.length === 0)
      return wrongUsage(io, 'rules', 'check: name at least one file or folder of rules');
    const lists = parseLists(values.list);
    if (lists.kind === 'wrong') return wrongUsage(io, 'rules', lists.message);
    const loaded = await loadRules(positionals, lists.lists);
    if (values.json) await writeOut(io.stdout, `${JSON.stringify(summary(loaded), undefined, 2)}\n`);
    else {
      for (const issues of loaded.failures) io.stderr.write(renderIssues(issues));
      await writeOut(io.stdout, sentence(loaded));
    }
    return loaded.failures.every(lacksList) ? ExitCode.done : ExitCode.failed;
  },
};

// Whose values they are, only the user of the rules can know.
function lacksList(issues: readonly RuleIssue[]): boolean {
  return issues.every(({ code }) => code === 'missing_list');
}

function sentence({ rules, correlations, failures, files }: LoadedRules): string {
  const lacking = failures.filter(lacksList).length;
  const reason = lacking === 0 ? '' : `, ${lacking} of them for want of a list`;
  const parts = [
    counted(rules.length, 'rule'),
    counted(correlations.length, 'correlation'),
    `${counted(failures.length, 'failure')}${reason}`,
  ];
  return `${parts.join(', ')} in ${counted(files, 'file')}\n`;
}

function summary({ rules, correlations, failures, files, documents }: LoadedRules) {
  return {
    files,
    documents,
    rules: rules.length,
    correlations: correlations.length,
    failures: failures.map((issues) => ({ issues: issues.map(issueJson) })),
  };
}

function issueJson({ code, message, hint, range }: RuleIssue) {
  const place = range === undefined ? {} : { file: range.source.name, ...range.source.position(range.start) };
  return { ...place, code, message, ...(hint === undefined ? {} : { hint }) };
}
