import { z } from 'zod';
import { LEVELS } from '../../sigma/rule/metadata.ts';
import type { Findings, SignatureDefinition, SignatureRecord } from '../api.ts';
import { Policy } from './policy.ts';
import type { PolicyFile } from './policy_file.ts';

// The rules of a signature in Rego, as Tracee and Eolh name them: the last part of an entry point.
const MATCH = /(?:^|\/)(?:\w+_)?match$/;
const EVENTS = /(?:^|\/)(?:\w+_)?selected_events$/;
const METADATA = /(?:^|\/)__rego_metadoc__$/;

const metadata = z.object({
  id: z.string(),
  version: z.string().default('1'),
  name: z.string(),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  properties: z
    .object({ level: z.enum(LEVELS).optional(), Severity: z.coerce.number().int().min(0).max(4).optional() })
    .default({}),
});
const selectors = z.array(z.object({ name: z.string() }));

/**
 * A policy as a signature: what it says of itself, which events it wants and when it matches are three of its rules. Throws
 * an Error that says what is wrong with it; `memory` in bytes.
 */
export function policySignature(file: PolicyFile, memory: number): SignatureDefinition {
  const policy = new Policy(file, memory);
  const match = entrypoint(policy, MATCH, 'match');
  const about = read(
    metadata,
    policy.ask(entrypoint(policy, METADATA, '__rego_metadoc__'), {}),
    '__rego_metadoc__',
  );
  const wanted = read(
    selectors,
    policy.ask(entrypoint(policy, EVENTS, 'selected_events'), {}),
    'selected_events',
  );
  const { properties, description, ...rest } = about;
  return {
    ...rest,
    ...(description === undefined ? {} : { description }),
    level: properties.level ?? LEVELS[properties.Severity ?? LEVELS.indexOf('medium')] ?? 'medium',
    events: wanted.map(({ name }) => name),
    create: ({ emit }) => ({
      onEvent(record) {
        const findings = findingsOf(policy.ask(match, inputOf(record)));
        if (findings !== undefined) emit(findings);
      },
    }),
  };
}

function entrypoint(policy: Policy, name: RegExp, what: string): string {
  const [found, another] = policy.entrypoints.filter((one) => name.test(one));
  if (found === undefined) throw new Error(`no entry point ${what}: give it to \`opa build\` with -e`);
  if (another !== undefined)
    throw new Error(`two entry points ${what}: ${found}, ${another}; a file is one signature`);
  return found;
}

function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${[what, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

/** What policies see: the record, but for bytes, which JSON does not have. */
function inputOf({ eventName, time, pid, container, attributes, resource }: SignatureRecord): unknown {
  const shown = Object.entries(attributes).filter(([, value]) => !(value instanceof Uint8Array));
  return { eventName, time, pid, container, attributes: Object.fromEntries(shown), resource };
}

/** As Eolh has it: `true`, or an object with what was found. */
function findingsOf(result: unknown): Findings | undefined {
  if (result === true) return {};
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined;
  const entries = Object.entries(result);
  if (entries.length === 0) return undefined;
  return { data: Object.fromEntries(entries.map(([name, value]) => [name, plain(value)])) };
}

function plain(value: unknown): string | number | boolean {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? value : JSON.stringify(value);
}
