import { z } from 'zod';
import { parseWith } from '../../config/parse_with.ts';
import { readText } from '../../config/read_file.ts';
import { readYaml } from '../../config/read_yaml.ts';
import { renderIssues } from '../../config/render.ts';
import { Source } from '../../config/source.ts';

const event = z.record(z.string(), z.unknown());

/**
 * What happens in a test: one event, fields by Sigma's names and `category` where it is not the rule's; a `sequence` of
 * them, a second apart; or one that is repeated.
 */
const scene = z.union([
  z.strictObject({ sequence: z.array(event).min(2).max(10_000).describe('Events, a second apart.') }),
  z.looseObject({
    repeat: z.int().min(1).max(100_000).describe('How often the event happens.'),
    every: z
      .string()
      .regex(/^\d{1,6}[sm]$/)
      .describe('The time between two of them, such as 2s or 1m.'),
    vary: z.string().optional().describe('A field of which `%` becomes the number of the event.'),
    each: z
      .record(z.string(), z.array(z.unknown()).min(1))
      .optional()
      .describe('Fields with values that are taken in turn.'),
  }),
  event,
]);

/** The form of `NAME.test.yml`, the tests of the rule in `NAME.yml` beside it. */
const testFile = z.strictObject({
  uses: z
    .array(z.string())
    .default([])
    .describe('Other rules that it builds on: NAME.yml in the same folder.'),
  lists: z.record(z.string(), z.array(z.string())).default({}).describe('Values for the modifier expand.'),
  fires: z.array(scene).default([]).describe('What the rule has to find.'),
  quiet: z.array(scene).default([]).describe('What it must not find.'),
});

/** What happens in a test. */
export type Scene = z.infer<typeof scene>;
/** The tests of a rule. */
export type RuleTests = z.infer<typeof testFile>;

/** The tests of a rule; that there are none; or what is wrong with them, with the place. */
export type ReadTests =
  | { readonly kind: 'tests'; readonly tests: RuleTests }
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the tests beside a rule file: `NAME.test.yml` beside `NAME.yml`. */
export async function readTestsBeside(ruleFile: string): Promise<ReadTests> {
  const path = ruleFile.replace(/(\.ya?ml)$/i, '.test$1');
  const file = await readText(path);
  if (file.kind === 'unreadable')
    return file.reason === 'no such file'
      ? { kind: 'none' }
      : { kind: 'wrong', message: `${path}: ${file.reason}` };
  const yaml = readYaml(new Source(path, file.text));
  if (yaml.kind === 'wrong') return { kind: 'wrong', message: renderIssues(yaml.issues) };
  const { node } = yaml;
  const parsed = parseWith(testFile, { name: 'tests', entry: { key: node.range, value: node } });
  return parsed.kind === 'parsed'
    ? { kind: 'tests', tests: parsed.value }
    : { kind: 'wrong', message: renderIssues(parsed.issues) };
}
