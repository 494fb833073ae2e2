import assert from 'node:assert/strict';
import { test } from 'node:test';
import { and, test as asks, type Expression, or } from '../rule/expression.ts';
import { parsePattern } from '../rule/pattern.ts';
import { finished } from '../steps.ts';
import { chosenNeeds } from './chosen_needs.ts';

const has = (field: string, value: string): Expression =>
  asks({ kind: 'text', field, pattern: parsePattern(value), cased: false });

/** What an expression waits for, beside so many others that wait for an Image. */
function waitsFor(expression: Expression, others = 0): readonly string[] | undefined {
  const images = Array.from({ length: others }, (_, i) => has('Image', `*\\tool${i}.exe`));
  const [need] = finished(chosenNeeds([expression, ...images], new Map()));
  return need?.literals.map(({ field, at, text }) => `${field} ${at} ${text}`);
}

const system = has('LogonId', '0x3e7');
const shells = or([has('Image', '*\\cmd.exe'), has('Image', '*\\pwsh.exe')]);
const cases: readonly [
  what: string,
  got: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
][] = [
  ['the rarest of what must be there', waitsFor(and([shells, system])), ['LogonId whole 0x3e7']],
  [
    'a field that others wait for too, where hardly any does for the rarest',
    waitsFor(and([shells, system]), 200),
    ['Image end \\cmd.exe', 'Image end \\pwsh.exe'],
  ],
  ['a field of its own, where there is no other', waitsFor(system, 200), ['LogonId whole 0x3e7']],
  [
    'one of each where one is enough',
    waitsFor(or([shells, system]), 200),
    ['Image end \\cmd.exe', 'Image end \\pwsh.exe', 'LogonId whole 0x3e7'],
  ],
  ['the part of a pattern that few values have', waitsFor(has('Name', '7z*.exe')), ['Name start 7z']],
  [
    'the middle of a pattern, where its ends are short',
    waitsFor(has('Name', 'a*stratum*e')),
    ['Name within stratum'],
  ],
  ['nothing, where nothing must be there', waitsFor({ kind: 'not', of: system }), undefined],
];
for (const [what, got, wanted] of cases)
  test(`a rule waits for ${what}`, () => assert.deepEqual(got, wanted));
