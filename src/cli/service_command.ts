import type { CheckResult } from '../config/check.ts';
import type { CheckedConfig } from '../config/checked.ts';
import type { LoadOptions } from '../config/load.ts';
import type { Io } from './command.ts';

/** Options of every command that reads a configuration. */
export const CONFIG_OPTIONS = {
  config: { type: 'string', short: 'c', multiple: true, default: [] as string[] },
  set: { type: 'string', multiple: true, default: [] as string[] },
} as const;

/** Their part of a help text. */
export const CONFIG_OPTIONS_HELP = `  -c, --config SOURCE   a configuration: a path, file:PATH, yaml:TEXT (a::b: v) or env:NAME;
                        may be given again, later ones win
      --set KEY=VALUE   one value over all of them, such as processors::batch::timeout=2s
`;

/** Where a configuration comes from, as the command line says. */
export interface ConfigArguments {
  readonly config: readonly string[];
  readonly set: readonly string[];
}

/** Reads and checks a configuration. */
export async function readConfig(
  io: Pick<Io, 'env'>,
  { config: configs, set: sets }: ConfigArguments,
  unsupported: LoadOptions['unsupported'],
): Promise<CheckResult> {
  const [{ loadConfig }, { components }] = await Promise.all([
    import('../config/load.ts'),
    import('../components.ts'),
  ]);
  return loadConfig({ configs, sets, env: io.env, definitions: components, unsupported });
}

/** Loads a configuration and says on stderr what is wrong with it; undefined when it cannot run. */
export async function loadForCommand(
  io: Io,
  options: ConfigArguments,
  unsupported: LoadOptions['unsupported'],
): Promise<CheckedConfig | undefined> {
  const [result, { renderIssues }] = await Promise.all([
    readConfig(io, options, unsupported),
    import('../config/render.ts'),
  ]);
  const issues = result.kind === 'ok' ? result.warnings : result.issues;
  if (issues.length > 0) io.stderr.write(`${renderIssues(issues)}\n`);
  if (result.kind === 'ok') return result.config;
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  io.stderr.write(`The configuration has ${errors} ${errors === 1 ? 'error' : 'errors'}.\n`);
  return undefined;
}
