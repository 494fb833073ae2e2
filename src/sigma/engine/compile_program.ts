import type { Logsource } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import type { Expression } from '../rule/expression.ts';
import type { Steps } from '../steps.ts';
import { Decisions } from './decisions.ts';
import { FieldIndex } from './field_index.ts';
import { type LiteralTable, literalTable } from './literal_table.ts';
import { Program, type ProgramParts } from './program.ts';
import { plainScan, RememberedScan, type ScanMemory } from './remembered_scan.ts';
import { simplified } from './simplify.ts';
import { Slot } from './slot.ts';
import { TestNumbers } from './test_numbers.ts';

/** Compiles `rules`, which are all of one log source. */
export function* compileProgram(
  source: Logsource,
  rules: readonly SigmaRule[],
  memory: ScanMemory,
): Steps<Program> {
  const possible: SigmaRule[] = [];
  const expressions: Expression[] = [];
  for (const rule of rules) {
    const left = yield* simplified(rule.expression, (field) => source.field(field) !== undefined);
    yield;
    if (left === false) continue;
    possible.push(rule);
    expressions.push(left === true ? { kind: 'and', of: [] } : left);
  }
  const slotOf = slotsOf(source);
  const table = yield* literalTable(expressions);
  const tests = new TestNumbers(table.numbers, slotOf);
  const decisions = new Decisions();
  const begins: number[] = [];
  for (const expression of expressions) {
    begins.push(yield* decisions.add(yield* tests.numbered(expression)));
    yield;
  }
  decisions.ready();
  return new Program({
    source,
    rules: possible,
    impossible: rules.length - possible.length,
    ...(yield* scansOf(table, slotOf, memory)),
    wakes: table.wakes,
    always: table.always,
    runners: tests.runners,
    decisions,
    begins,
  });
}

function* scansOf(
  { fields }: LiteralTable,
  slotOf: (field: string) => Slot,
  memory: ScanMemory,
): Steps<Pick<ProgramParts, 'scans' | 'bytes'>> {
  const scans: ProgramParts['scans'][number][] = [];
  let bytes = 0;
  for (const { field, first, literals, isWaking } of fields) {
    const index = yield* FieldIndex.of(literals, first);
    bytes += index.bytes;
    // Keywords are looked for in all texts, times and ids among them.
    const scan = field === '' ? plainScan(index) : new RememberedScan(index, memory);
    scans.push({ slot: slotOf(field), scan, first, isWaking });
  }
  return { scans, bytes };
}

function slotsOf(source: Logsource): (field: string) => Slot {
  const slots = new Map<string, Slot>();
  return (field) => {
    const known = slots.get(field) ?? new Slot(source, field);
    slots.set(field, known);
    return known;
  };
}
