import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Attributing, FakeContainers, told, turn } from '../../test/support/attribution.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { Blindness } from './blindness.ts';

const SHAPE = new Shape([Attr.blindDuration]);
const LOST = 'sigel.agent.events_lost';

type Told = readonly [end: number, duration: number | undefined, eventName?: string];

const cases: readonly [title: string, told: readonly Told[], blind: number][] = [
  ['a loss', [[100, 5]], 5],
  ['an agent that was away', [[100, 5, 'sigel.agent.blind']], 5],
  ['a consumer that begins anew', [[100, 5, 'sigel.agent.consumer_restarted']], 5],
  [
    'two sessions at a time count once',
    [
      [100, 5],
      [100, 5],
    ],
    5,
  ],
  [
    'what overlaps counts once',
    [
      [100, 5],
      [102, 5],
    ],
    7,
  ],
  [
    'one after the other',
    [
      [100, 5],
      [105, 5],
      [120, 1],
    ],
    11,
  ],
  [
    'what is told late is counted already',
    [
      [100, 5],
      [98, 2],
    ],
    5,
  ],
  ['what a provider calls so is none', [[100, 5, `${LOST}/1`]], 0],
  ['a record without a duration', [[100, undefined]], 0],
];
for (const [title, told, blind] of cases)
  test(`blind time of pods: ${title}`, () => {
    const containerd = new FakeContainers();
    for (const id of ['web', 'job', 'made']) containerd.create(id, 1);
    containerd.create('tool', 1, { namespace: 'moby' });
    containerd.run('web', 100, 2);
    containerd.run('tool', 101, 2);
    containerd.run('job', 102, 2);
    containerd.exit('job', 102, 3);
    const blindness = new Blindness();
    for (const [end, duration, eventName = LOST] of told)
      blindness.heed(
        logRecord(1).with({ hrTime: [end, 0], eventName, own: { shape: SHAPE, values: [duration] } }),
        containerd,
      );
    const counts = [...blindness.pods.counts()].map(({ attributes, count }) => [
      attributes['k8s.namespace.name'],
      attributes['k8s.pod.name'],
      count,
    ]);
    // Of the others none runs, or none is a pod's.
    assert.deepEqual(counts, blind === 0 ? [] : [['shop', 'web-pod', blind]]);
  });

test('an agent that was away: a record of the node, and one of each pod once containerd has said which there are', async () => {
  const world = new Attributing();
  await world.start();
  const source = world.containerd;
  const synced = source.state;
  source.state = { kind: 'connecting' };
  const blind = told('sigel.agent.blind', 0, 50).with({ own: { shape: SHAPE, values: [30] } });
  await world.take(blind);
  assert.deepEqual(world.out.map(pod), ['']);
  source.create('web', 1);
  source.run('web', 100, 2);
  source.create('gone', 1);
  source.state = synced;
  await world.take(told('process.start', 60, 60, { session: 0 }));
  await turn();
  assert.deepEqual(world.out.filter(({ eventName }) => eventName === 'sigel.agent.blind').map(pod), [
    '',
    'web-pod',
  ]);
  assert.equal(world.out.find((record) => pod(record) === 'web-pod')?.get(Attr.blindDuration), 30);
});

const pod = ({ resource }: LogRecord) => resource.attributes['k8s.pod.name'] ?? '';
