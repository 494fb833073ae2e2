import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Controller } from './controller.ts';

/** So many seconds with so many cores in use; the limit is one core, and there are three steps. */
type Phase = readonly [seconds: number, cores: number];

const cases: readonly [title: string, phases: readonly Phase[], steps: readonly string[]][] = [
  ['below the limit nothing happens', [[600, 1]], []],
  ['above it for ten seconds', [[15, 1.5]], ['10 shed']],
  [
    'a burst is averaged',
    [
      [10, 0.1],
      [4, 3],
      [60, 0.1],
    ],
    ['14 shed', '74 restore'],
  ],
  [
    'a short burst',
    [
      [10, 0.1],
      [2, 4],
      [60, 0.1],
    ],
    [],
  ],
  ['each step has ten seconds to take effect', [[45, 2]], ['10 shed', '20 shed', '30 shed']],
  ['more than all cannot be shed', [[300, 2]], ['10 shed', '20 shed', '30 shed']],
  [
    'a little below the limit nothing comes back',
    [
      [10, 2],
      [600, 0.8],
    ],
    ['10 shed'],
  ],
  [
    'far below it, a step a minute',
    [
      [20, 2],
      [200, 0.5],
    ],
    ['10 shed', '20 shed', '80 restore', '140 restore'],
  ],
  [
    'what does not last waits twice as long',
    [
      [10, 2],
      [60, 0.5],
      [10, 2],
      [200, 0.5],
    ],
    ['10 shed', '70 restore', '80 shed', '200 restore'],
  ],
  [
    'and never longer than ten minutes',
    [10, 60, 120, 240, 480, 600, 600]
      .map((seconds, i): Phase => [seconds, i === 0 ? 2 : 0.5])
      .flatMap((phase, i): Phase[] => (i === 0 ? [phase] : [phase, [10, 2]])),
    [
      '10 shed',
      '70 restore',
      '80 shed',
      '200 restore',
      '210 shed',
      '450 restore',
      '460 shed',
      '940 restore',
      '950 shed',
      '1550 restore',
      '1560 shed',
      '2160 restore',
      '2170 shed',
    ],
  ],
  [
    'what has lasted begins anew',
    [
      [10, 2],
      [60, 0.5],
      [300, 0.5],
      [2, 5],
      [61, 0.5],
    ],
    ['10 shed', '70 restore', '372 shed', '432 restore'],
  ],
];

for (const [title, phases, steps] of cases)
  test(`governor: ${title}`, () => {
    const controller = new Controller(3);
    const seen: string[] = [];
    let [now, cpu] = [0, 0];
    controller.look(now, cpu, 1);
    for (const [seconds, cores] of phases)
      for (let i = 0; i < seconds; i++) {
        now++;
        cpu += cores;
        const step = controller.look(now, cpu, 1);
        if (step !== undefined) seen.push(`${now} ${step}`);
      }
    assert.deepEqual(seen, steps);
    const level = seen.reduce((sum, step) => sum + (step.endsWith('shed') ? 1 : -1), 0);
    assert.equal(controller.level, level);
  });

test('governor: without a limit any more, all comes back', () => {
  const controller = new Controller(3);
  for (let now = 0; now <= 10; now++) controller.look(now, 2 * now, 1);
  assert.equal(controller.level, 1);
  for (let now = 11; now <= 70; now++) controller.look(now, 2 * now, Number.POSITIVE_INFINITY);
  assert.equal(controller.level, 0);
});
