import { channelsOfServices } from '../event_log/channels.ts';
import { ServiceLogsource } from '../fields/service_logsource.ts';
import { etwLogsources } from '../fields/table.ts';
import type { Logsource, Provenance } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import { type Expression, type Test, testsIn } from '../rule/expression.ts';
import { plainText } from '../rule/pattern.ts';
import { type Answer, type Assessment, assess, lessThan } from './assess.ts';

/** What there is for rules to look at. */
export interface Surroundings {
  /** Names of the records that come; `all` where a receiver gives whatever was recorded. */
  readonly eventNames: ReadonlySet<string> | 'all';
  /** Channels of live event logs that come, in lower case. */
  readonly channels: ReadonlySet<string>;
  /** Where values of fields can come from. */
  readonly provenances: ReadonlySet<Provenance>;
  /** Fields that are not there though their records come: what a setting leaves out. */
  readonly without: ReadonlySet<string>;
}

/** Whether a rule can fire. */
export type Coverage =
  /** `unchecked`: fields that its exclusions ask for in vain. */
  | { readonly kind: 'fires'; readonly unchecked: readonly string[] }
  | { readonly kind: 'lacks_fields'; readonly missing: readonly string[] }
  /** Its log source is known, but no record of it comes. */
  | { readonly kind: 'not_recorded'; readonly eventNames: readonly string[] }
  /** No record of ETW belongs to its log source. */
  | { readonly kind: 'no_logsource' };

/** Whether a rule can fire on what comes. */
export function coverageOf(rule: SigmaRule, surroundings: Surroundings): Coverage {
  const found = etwCoverage(rule, surroundings);
  return found.kind !== 'fires' && comesFromLog(rule, surroundings)
    ? { kind: 'fires', unchecked: [] }
    : found;
}

// Rules for a service are written for the events of its channel, with the fields that these have. Categories are not
// asked here: that Sysmon's channel is read does not say that there is a Sysmon.
function comesFromLog(
  { logsource: { product, category, service } }: SigmaRule,
  { channels }: Surroundings,
): boolean {
  if (category !== undefined || service === undefined) return false;
  if (product !== undefined && product !== 'windows') return false;
  return channelsOfServices([service]).some((name) => channels.has(name.toLowerCase()));
}

function etwCoverage(rule: SigmaRule, surroundings: Surroundings): Coverage {
  const { eventNames } = surroundings;
  const source = etwLogsources.find(rule.logsource);
  if (source === undefined) return { kind: 'no_logsource' };
  const wanted = wantedNames(source, rule.expression);
  const coming = wanted.filter((name) => eventNames === 'all' || eventNames.has(name));
  if (coming.length === 0) return { kind: 'not_recorded', eventNames: wanted.slice(0, MOST_NAMES) };
  const { missing, unchecked } = leastLacking(source, rule.expression, coming, surroundings);
  if (missing.size > 0) return { kind: 'lacks_fields', missing: [...missing].sort() };
  return { kind: 'fires', unchecked: [...unchecked].sort() };
}

const MOST_NAMES = 8;

// Rules of a channel say by id which of its events they mean.
function wantedNames(source: Logsource, expression: Expression): readonly string[] {
  const names = source.eventNames === 'any' ? [] : source.eventNames;
  if (!(source instanceof ServiceLogsource)) return names;
  const ids = new Set<string>();
  for (const test of testsIn(expression)) {
    const id = eventIdOf(test);
    if (id !== undefined) ids.add(id);
  }
  return ids.size === 0
    ? names
    : names.filter((name) => source.idsOf(name).some((id) => ids.has(String(id))));
}

function eventIdOf(test: Test): string | undefined {
  return test.kind === 'text' && test.field === 'EventID' ? plainText(test.pattern) : undefined;
}

// Each event of a channel has fields of its own: that which lacks least decides.
function leastLacking(
  source: Logsource,
  expression: Expression,
  names: readonly string[],
  { provenances, without }: Surroundings,
): Assessment {
  const byField = (name: string): boolean => {
    const field = source.field(name);
    return field !== undefined && provenances.has(field.provenance) && !without.has(name);
  };
  if (!(source instanceof ServiceLogsource)) return assess(expression, (test) => answer(test, byField));
  const ids = names.flatMap((name) => source.idsOf(name));
  const found = ids.map((id) =>
    assess(expression, (test) => {
      const wanted = eventIdOf(test);
      if (wanted !== undefined && wanted !== String(id)) return { kind: 'lacks', what: `EventID ${wanted}` };
      return answer(test, (field) => byField(field) && source.has(id, field));
    }),
  );
  return found.reduce((least, one) => (lessThan(one, least) ? one : least));
}

const ASKED: Answer = { kind: 'asked' };

function answer(test: Test, has: (field: string) => boolean): Answer {
  if (test.kind === 'keyword') return ASKED;
  const lacking = [test.field, ...(test.kind === 'field' ? [test.other] : [])].find((field) => !has(field));
  return lacking === undefined ? ASKED : { kind: 'lacks', what: lacking };
}
