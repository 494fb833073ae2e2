import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Window } from './window.ts';

const cases: readonly [
  title: string,
  before: (window: Window) => unknown,
  lets: ((window: Window) => void) | undefined,
][] = [
  ['there is room', (window) => window.take(4), undefined],
  ['larger than the window, alone', () => undefined, undefined],
  ['there is none until something is given back', (window) => window.take(8), (window) => window.give(8)],
  [
    'something in it is not taken where it goes',
    (window) => (void window.take(1), window.hold(), window.hold(), window.release()),
    (window) => window.release(),
  ],
  [
    'what was not taken has left',
    (window) => (void window.take(1), window.hold()),
    (window) => window.give(1),
  ],
];

for (const [title, before, lets] of cases) {
  test(`a window: ${title}`, async () => {
    const window = new Window(10);
    await before(window);
    const taken = window.take(title.startsWith('larger') ? 11 : 6);
    const first = await Promise.race([taken.then(() => 'in'), turn('waiting')]);
    assert.equal(first, lets === undefined ? 'in' : 'waiting');
    lets?.(window);
    await taken;
  });
}
