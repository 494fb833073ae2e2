import { z } from 'zod';
import { BUILTIN_RULES } from '../../src/sigma/builtin.ts';
import type { LoadedRules } from '../../src/sigma/load.ts';
import type { DetectingRule } from '../../src/sigma/rule/documents.ts';
import { LEVELS, STATUSES } from '../../src/sigma/rule/metadata.ts';
import type { Selection } from '../../src/sigma/selection.ts';
import { BUILTIN_SIGNATURES } from '../../src/signatures/code_rule.ts';

const mode = z.enum(['alert', 'shadow']);
const paths = z.array(z.string().min(1)).min(1);
const levels = z.array(z.enum(LEVELS)).min(1).optional().describe('Only rules of these levels.');
const minLevel = z.enum(LEVELS);
const status = z.array(z.enum(STATUSES)).min(1);

/** How the rules of a source are run. */
export const sourceOptions = {
  mode: mode.default('alert').describe('`shadow`: detections are counted, and told to nobody.'),
  levels,
  min_level: minLevel.optional().describe('Only rules of this level and above.'),
  status: status.optional().describe('Only rules of these statuses.'),
};

/** Rules that are run in a way of their own. */
export const ruleSourceConfig = z.strictObject({
  paths: paths.describe('Files, folders and globs.'),
  ...sourceOptions,
});

/** SigmaHQ's rules, as one begins with them. */
export const sigmahqConfig = z.strictObject({
  paths: paths.describe("Folders of SigmaHQ's rules."),
  mode: mode
    .default('shadow')
    .describe('`shadow`: detections are counted, and told to nobody; `alert` when they have proven right.'),
  levels,
  min_level: minLevel.default('high').describe('Only rules of this level and above.'),
  status: status.default(['stable', 'test']).describe('Only rules of these statuses.'),
});

/** Where rules come from, which of them run, and whether they alert. */
export interface RuleSource {
  readonly paths: readonly string[];
  readonly mode: z.infer<typeof mode>;
  readonly selection: Selection;
}

type SourceConfig = z.infer<typeof ruleSourceConfig> | z.infer<typeof sigmahqConfig>;
/** A pack's files are named by its location. */
type PackSource = Omit<z.infer<typeof ruleSourceConfig>, 'paths'> & { readonly url: string };

/** What a configuration says of sources. */
export interface SourcesConfig {
  readonly builtin: boolean | 'shadow';
  readonly rules: readonly (string | SourceConfig)[];
  readonly sigmahq?: SourceConfig | undefined;
  readonly packs: readonly PackSource[];
}

/** All sources; a file that several name is of the first. */
export function ruleSources({ builtin, rules, sigmahq, packs }: SourcesConfig): readonly RuleSource[] {
  const own = rules.map((one) =>
    typeof one === 'string' ? { paths: [one], mode: 'alert' as const, selection: {} } : sourceOf(one),
  );
  return [
    ...(builtin === false
      ? []
      : [
          { paths: [BUILTIN_RULES], mode: builtin === 'shadow' ? 'shadow' : 'alert', selection: {} } as const,
        ]),
    ...own,
    ...(sigmahq === undefined ? [] : [sourceOf(sigmahq)]),
    ...packs.map((pack) => sourceOf({ ...pack, paths: [pack.url] })),
  ];
}

function sourceOf({ paths, mode, levels, min_level, status }: SourceConfig): RuleSource {
  return { paths, mode, selection: { levels, minLevel: min_level, status } };
}

/** What the sources of rules say of each file. */
export interface RuleFiles {
  /** Which rules of a file are wanted. */
  readonly selections: ReadonlyMap<string, Selection>;
  /** Whether a rule is only counted. */
  readonly isShadow: (rule: DetectingRule) => boolean;
}

/** By the files that rules were loaded from. */
export function ruleFiles(
  { pathOf }: Pick<LoadedRules, 'pathOf'>,
  sources: readonly RuleSource[],
): RuleFiles {
  const selections = new Map<string, Selection>();
  const shadow = new Set<string>();
  for (const [file, path] of pathOf) {
    const source = sources.find(({ paths }) => paths.includes(path));
    if (source === undefined) continue;
    selections.set(file, source.selection);
    if (source.mode === 'shadow') shadow.add(file);
  }
  const builtin = sources.find(({ paths }) => paths.includes(BUILTIN_RULES));
  if (builtin?.mode === 'shadow') shadow.add(BUILTIN_SIGNATURES);
  return { selections, isShadow: ({ metadata }) => shadow.has(metadata.range.source.name) };
}
