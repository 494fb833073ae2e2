import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { End, Sample } from './service.ts';
import { judge } from './verdict.ts';

const END: End = {
  kind: 'end',
  result: 'stopped',
  balanced: true,
  emitted: 100,
  made: 2,
  filtered: 3,
  delivered: 87,
  dropped: 0,
  queued: 12,
};

/** A minute of samples, each changed by what it is of. */
function soak(change: (second: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: 60 }, (_, seconds) => ({
    kind: 'sample',
    seconds,
    events: 20_000 * seconds,
    rss: 200 + 30 * (seconds % 7),
    ...(seconds % 5 === 0 && { live: 80 + (seconds % 3) }),
    handles: 40 + (seconds % 4),
    stored: 10,
    queue: 0.5,
    ...change(seconds),
  }));
}

for (const [title, change, end, unmet] of [
  ['a steady process passes', () => ({}), END, []],
  ['warming up is no leak', (s: number) => ({ live: s < 24 ? 3 * s : 72 }), END, []],
  ['resident memory that grows', (s: number) => ({ rss: 200 + 3 * s }), END, ['resident memory']],
  ['what is alive that grows', (s: number) => ({ live: 80 + s }), END, ['what is alive']],
  ['handles that grow', (s: number) => ({ handles: 40 + s }), END, ['open files and sockets']],
  ['a queue that outgrows its bound', (s: number) => ({ stored: s }), END, ['the queue’s files']],
  ['records that are dropped', () => ({}), { ...END, delivered: 86, dropped: 1 }, ['delivery']],
  ['records that are nowhere', () => ({}), { ...END, delivered: 86 }, ['delivery']],
  ['no end', () => ({}), undefined, ['delivery']],
] as const)
  test(title, () => {
    const findings = judge(soak(change), end, 50);
    assert.deepEqual(
      findings.filter(({ isMet }) => !isMet).map(({ name }) => name),
      unmet,
    );
  });
