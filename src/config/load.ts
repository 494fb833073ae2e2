import { type CheckOptions, type CheckResult, check } from './check.ts';
import { expand } from './expand.ts';
import type { ConfigIssue } from './issue.ts';
import { type Located, locate } from './locate.ts';
import { merge } from './merge.ts';
import type { ConfigNode } from './node.ts';
import { readText } from './read_file.ts';
import { readYaml } from './read_yaml.ts';
import { readSet } from './set_argument.ts';
import { Source } from './source.ts';

/** What a configuration is made of. */
export interface LoadOptions extends CheckOptions {
  /** Arguments of `--config` (paths, `file:`, `yaml:`, `env:`), or a text at hand; later ones win. */
  readonly configs: readonly (string | Source)[];
  /** Arguments of `--set`, applied after all configs. */
  readonly sets?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads, expands, merges and checks a configuration. */
export async function loadConfig(options: LoadOptions): Promise<CheckResult> {
  const merged = await mergeConfigs(options);
  return merged.kind === 'wrong' ? merged : check(merged.node, options);
}

type MergeResult =
  | { readonly kind: 'merged'; readonly node: ConfigNode }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

async function mergeConfigs({ configs, sets = [], env }: LoadOptions): Promise<MergeResult> {
  const issues: ConfigIssue[] = [];
  if (configs.length === 0) {
    return {
      kind: 'wrong',
      issues: [
        { code: 'no_config', severity: 'error', message: 'no configuration', hint: 'give one with --config' },
      ],
    };
  }
  let merged: ConfigNode | undefined;
  const lay = async (node: ConfigNode) => {
    const expanded = await expand(node, { env, readFile: readText, issues });
    merged = merged === undefined ? expanded : merge(merged, expanded);
  };
  for (const config of configs) {
    const located: Located =
      config instanceof Source
        ? { kind: 'found', source: config, nestedKeys: false }
        : await locate(config, env);
    if (located.kind === 'unreadable') {
      issues.push({ code: 'unreadable', severity: 'error', message: located.message, hint: located.hint });
      continue;
    }
    const read = readYaml(located.source, { nestedKeys: located.nestedKeys });
    if (read.kind === 'wrong') issues.push(...read.issues);
    else await lay(read.node);
  }
  for (const argument of sets) {
    const read = readSet(argument);
    if (read.kind === 'wrong') issues.push(...read.issues);
    else await lay(read.node);
  }
  // What could not be read or expanded would only bring errors that are none.
  if (issues.length > 0 || merged === undefined) return { kind: 'wrong', issues };
  return { kind: 'merged', node: merged };
}
