import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { exceptionConfig } from '../../src/sigma/exceptions/config.ts';
import { LEVELS, STATUSES } from '../../src/sigma/rule/metadata.ts';
import { listConfig } from './lists/config.ts';
import { packConfig } from './packs/config.ts';
import { ruleSourceConfig, sigmahqConfig } from './rule_sources.ts';
import { throttleConfig } from './triage/config.ts';

const options = z.strictObject({
  builtin: z
    .union([z.boolean(), z.literal('shadow')])
    .default(true)
    .describe(
      'Run the rules that Sigel brings ([config/rules](../../config/rules)); `shadow`: count what they find.',
    ),
  rules: z
    .array(z.union([z.string().min(1), ruleSourceConfig]))
    .default([])
    .describe(
      'Sigma rules: files, folders (all `.yml` and `.yaml` in them, but for `.test.yml`) and globs; or a map of them, to run them in a way of their own.',
    ),
  packs: z
    .array(packConfig)
    .max(16)
    .default([])
    .describe(
      'Rules that are fetched, signed, from a web server or a registry ([how](../../docs/rule-packs.md)).',
    ),
  reload_interval: duration()
    .prefault('30s')
    .describe(
      'How often the files of rules and signatures are looked at for changes; `0s`: never. [What changed rules go through](#changed-rules).',
    ),
  sigmahq: sigmahqConfig.optional().describe("SigmaHQ's rules: off when absent, and only counted at first."),
  signatures: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Folders of [signatures in TypeScript, JavaScript or Rego](../../docs/signatures.md). Sigel runs what is in them, so only administrators may have the right to write to them.',
    ),
  read_files: z
    .boolean()
    .default(false)
    .describe(
      'Let [built-in signatures](../../docs/signatures.md#built-in) look at the first bytes of files that were written. For live events of this Windows alone: in a replay they would be another machine’s.',
    ),
  signature_limits: z
    .strictObject({
      deadline: duration({ atLeast: '10ms' })
        .prefault('5s')
        .describe('How long signatures may take for a batch; the one that took longest is disabled then.'),
      memory: byteSize()
        .prefault('128MiB')
        .describe('What all of them may take; the one that runs then is disabled.'),
    })
    .prefault({})
    .describe('What signatures may use.'),
  levels: z
    .array(z.enum(LEVELS))
    .min(1)
    .optional()
    .describe('Only rules of these levels. A rule without a level is of level medium.'),
  min_level: z.enum(LEVELS).optional().describe('Only rules of this level and above.'),
  status: z
    .array(z.enum(STATUSES))
    .min(1)
    .optional()
    .describe('Only rules of these statuses. A rule without a status is experimental.'),
  lists: z
    .record(z.string().regex(/^[\w.-]{1,128}$/), listConfig)
    .default({})
    .describe('Values for `%name%` in rules with the modifier `expand`: here, in a file or at a location.'),
  exceptions: z
    .array(exceptionConfig)
    .max(10_000)
    .default([])
    .describe('Detections that are known to be right, for a time: counted, and told to nobody.'),
  exception_files: z
    .array(z.string().min(1))
    .default([])
    .describe('Files with `exceptions:`, which `sigel rules except` writes.'),
  throttle: throttleConfig
    .optional()
    .describe('Tells the first detections of a rule in a workload, and counts the others; off when absent.'),
  max_per_minute: z
    .int()
    .min(0)
    .default(1000)
    .describe(
      'Detections that are told in a minute. Beyond it only the first of a rule and workload is, and a summary says what was held back. 0: all.',
    ),
  capture: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The `capture` extension that writes the raw events of the last seconds beside [grave detections](../../docs/rules.md#capture-on-alert).',
    ),
  provenance: z
    .boolean()
    .default(false)
    .describe(
      'Say in a detection where the value of each field of its rule came from (`sigel.detection.fields`).',
    ),
  emit: z
    .enum(['all', 'detections'])
    .default('all')
    .describe('What goes on: all records and, behind each, what it fired; or detections alone.'),
  ruleset: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('What the rules are called together: `security_rule.ruleset.name` of their detections.'),
  correlation_memory: byteSize()
    .prefault('64MiB')
    .describe(
      'What correlations may keep of past events; beyond it, groups that would end first are given up.',
    ),
  storage: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The storage extension, such as `file_storage`, that keeps what correlations have counted while the agent is stopped in order, or upgraded.',
    ),
});

/** Options of the `signature` processor. */
export const signatureConfig = options.refine(
  ({ builtin, rules, signatures, sigmahq, packs }) =>
    builtin !== false || rules.length + signatures.length + packs.length > 0 || sigmahq !== undefined,
  {
    error: 'without built-in rules, rules are needed: files, folders or globs',
    path: ['rules'],
  },
);
