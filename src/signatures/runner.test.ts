/** Running signatures, in this thread. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { internResource } from '../model/resource.ts';
import type { SignatureContext, SignatureInstance, SignatureRecord } from './api.ts';
import { RecordView } from './record_view.ts';
import { Runner } from './runner.ts';

type Create = (context: SignatureContext) => SignatureInstance;

function runnerOf(create: Create, events: readonly string[] = ['process.start']): Runner {
  const definition = { id: 'one', version: '1', name: 'One', level: 'low', events, create } as const;
  return new Runner([{ number: 0, definition }]);
}

/** A record of a process, in a container where one is named, at a second. */
function event(pid: number, second = 0, eventName = 'process.start', container?: string): RecordView {
  const resource = container === undefined ? {} : { resource: internResource({ 'container.id': container }) };
  return new RecordView(logRecord(pid, { eventName, hrTime: [second, 0], ...resource }));
}

const each: Create = ({ emit }) => ({ onEvent: () => emit() });
const third =
  (by: 'process' | 'container', max?: number): Create =>
  ({ emit, store }) => {
    const counts = store({ by, create: () => ({ n: 0 }), ...(max === undefined ? {} : { max }) });
    return {
      onEvent(record) {
        const count = counts.of(record);
        if (count !== undefined && ++count.n === 3) emit();
      },
    };
  };
const alone: Create = ({ emit, after }) => {
  let cancel = (): void => undefined;
  return {
    onEvent(record) {
      cancel();
      cancel = after(2000, () => emit({ record, evidence: 'inferred' }));
    },
  };
};
const start = (...pids: readonly number[]): RecordView[] => pids.map((pid) => event(pid));
const inContainer = (...ids: readonly string[]): RecordView[] =>
  ids.map((id) =>
    id.endsWith('!') ? event(1, 0, 'container.exit', id.slice(0, -1)) : event(1, 0, 'process.start', id),
  );
const exit = (pid: number): RecordView => event(pid, 0, 'process.exit');

const cases: readonly [title: string, create: Create, records: RecordView[], places: string[]][] = [
  ['each event', each, start(1, 2), ['0: 1', '1: 2']],
  ['events that are named alone', each, [event(1, 0, 'file.create'), ...start(2)], ['1: 2']],
  ['three of one process', third('process'), start(1, 2, 1, 2, 1), ['4: 1']],
  ['what has ended begins anew', third('process'), [...start(1, 1), exit(1), ...start(1, 1)], []],
  ['what was not asked for longest is forgotten', third('process', 2), start(1, 1, 2, 3, 1), []],
  ['what was asked for is kept', third('process', 2), start(1, 2, 1, 3, 1), ['4: 1']],
  ['three in one container', third('container'), inContainer('a', 'b', 'a', 'a'), ['3: 1']],
  ['a container that has ended begins anew', third('container'), inContainer('a', 'a', 'a!', 'a'), []],
  ['no container, no state', third('container'), start(1, 1, 1), []],
  ['silence, told before what is later', alone, [event(1), event(2, 1), event(3, 9)], ['1: 2']],
  ['silence until the end of what is given', alone, [event(1), event(9, 5, 'other')], ['0: 1']],
];
for (const [title, create, records, expected] of cases) {
  test(`finds ${title}`, () => {
    const { found, mishaps } = runnerOf(create).run(records, records.at(-1)?.time ?? 0);
    assert.deepEqual(mishaps, []);
    assert.deepEqual(
      found.map(({ place, record }) => `${place}: ${record.pid}`),
      expected,
    );
  });
}

test('it asks for the events that end what is remembered', () => {
  assert.deepEqual(runnerOf(third('process')).events, ['process.start', 'process.exit']);
  assert.deepEqual(runnerOf(third('container')).events, [
    'process.start',
    'container.exit',
    'container.delete',
  ]);
});

test('the next timer is known, and none when it is called off', () => {
  const runner = runnerOf(alone);
  assert.equal(runner.nextTimer, undefined);
  runner.run([event(1, 5)], 5000);
  assert.equal(runner.nextTimer, 7000);
  runner.run([event(1, 6)], 6000);
  assert.equal(runner.nextTimer, 8000);
});

const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, i]));
const mistakes: readonly [
  title: string,
  work: (context: SignatureContext, record: SignatureRecord) => void,
  reason: RegExp,
][] = [
  ['too many values', ({ emit }) => emit({ data: many }), /more than 32 values/],
  ['a value that is no value', ({ emit }) => emit({ data: { a: Number.NaN } }), /data\.a is no text/],
  ['a name that is too long', ({ emit }) => emit({ data: { ['x'.repeat(65)]: 1 } }), /longer than 64/],
  ['evidence of its own', ({ emit }) => emit({ evidence: 'seen' as 'observed' }), /evidence is/],
  ['a store too late', ({ store }) => void store({ by: 'process', create: () => 0 }), /made in create/],
  [
    'detections without end',
    ({ emit }) => {
      for (;;) emit();
    },
    /more than 1000 in one batch/,
  ],
  [
    'timers without end',
    ({ after }) => {
      for (;;) after(1, () => undefined);
    },
    /more than 10000 timers/,
  ],
];
for (const [title, work, reason] of mistakes) {
  test(`a mistake of a signature is told: ${title}`, () => {
    const runner = runnerOf((context) => ({ onEvent: (record) => work(context, record) }));
    const { mishaps } = runner.run(start(1), 0);
    assert.deepEqual(
      mishaps.map(({ number, disabled }) => [number, disabled]),
      [[0, false]],
    );
    assert.match(mishaps[0]?.reason ?? '', reason);
  });
}

const created: readonly [title: string, create: Create, reason: RegExp][] = [
  ['throws', () => assert.fail('broken'), /broken/],
  ['emits', ({ emit }) => (emit(), { onEvent: () => undefined }), /emit: not in create/],
  [
    'waits for a time',
    ({ after }) => (after(1, () => undefined), { onEvent: () => undefined }),
    /no event has told/,
  ],
];
for (const [title, create, reason] of created) {
  test(`one whose create ${title} does not run`, () => {
    const { mishaps } = runnerOf(create).run(start(1), 0);
    assert.deepEqual(
      mishaps.map(({ disabled }) => disabled),
      [true],
    );
    assert.match(mishaps[0]?.reason ?? '', reason);
  });
}

test('texts of data are cut', () => {
  const { found } = runnerOf(({ emit }) => ({ onEvent: () => emit({ data: { a: 'x'.repeat(2000) } }) })).run(
    start(1),
    0,
  );
  assert.equal(String(found[0]?.data?.['a']).length, 1024);
});
