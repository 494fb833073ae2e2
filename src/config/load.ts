import { type CheckOptions, type CheckResult, check } from './check.ts';
import { expand } from './expand.ts';
import type { ConfigIssue } from './issue.ts';
import { type Located, locate } from './locate.ts';
import { merge } from './merge.ts';
import type { ConfigNode } from './node.ts';
import { readText } from './read_file.ts';
import { type ReadResult, readYaml } from './read_yaml.ts';
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

/**
 * Reads, merges, expands and checks a configuration. Expansion comes after merging, as in the Collector: what
 * a later config replaces is never looked up.
 */
export async function loadConfig(options: LoadOptions): Promise<CheckResult> {
  const { env } = options;
  const read = await readAll(options);
  if (read.kind === 'wrong') return read;
  // References that cannot be resolved do not hinder checking the rest.
  const issues: ConfigIssue[] = [];
  const checked = check(await expand(read.node, { env, readFile: readText, issues }), options);
  if (issues.length === 0) return checked;
  return {
    kind: 'wrong',
    issues: [...issues, ...(checked.kind === 'wrong' ? checked.issues : checked.warnings)],
  };
}

/** Everything in its order, one over the other; without what cannot be read, a check would find false errors. */
async function readAll({ configs, sets = [], env }: LoadOptions): Promise<ReadResult> {
  const issues: ConfigIssue[] = [];
  const layers: ConfigNode[] = [];
  const take = (read: ReadResult) =>
    read.kind === 'read' ? layers.push(read.node) : issues.push(...read.issues);
  for (const config of configs) {
    const located: Located =
      config instanceof Source
        ? { kind: 'found', source: config, nestedKeys: false }
        : await locate(config, env);
    if (located.kind === 'found') take(readYaml(located.source, { nestedKeys: located.nestedKeys }));
    else issues.push({ code: 'unreadable', severity: 'error', message: located.message, hint: located.hint });
  }
  for (const argument of sets) take(readSet(argument));
  if (configs.length === 0) {
    issues.push({
      code: 'no_config',
      severity: 'error',
      message: 'no configuration',
      hint: 'give one with --config',
    });
  }
  const [first, ...rest] = layers;
  if (issues.length > 0 || first === undefined) return { kind: 'wrong', issues };
  return { kind: 'read', node: rest.reduce(merge, first) };
}
