import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildOf, KERNEL_GROUPS, type KernelGroup, systemLoggerPlan } from './system_logger.ts';

const PROCESS = '151f55dc-467d-471f-83b5-5f889d46ff66';
const REGISTRY = '16156bd9-fab4-4cfa-a232-89d1099058e3';
const IO = '3d5c43e3-0f1c-4202-b817-174c0070dc79';

type Row = readonly [
  build: number,
  groups: readonly KernelGroup[],
  plan: number | 'none' | 'refused' | Readonly<Record<string, bigint>>,
];
const ROWS: readonly Row[] = [
  [26100, [], 'none'],
  [7601, [], 'none'],
  [26100, ['process'], { [PROCESS]: 0x1n }],
  [20348, ['process', 'image_load', 'job'], { [PROCESS]: 0x1201n }],
  [20348, ['thread', 'registry'], { [PROCESS]: 0x800n, [REGISTRY]: 0x1n }],
  [22621, ['file_io', 'network'], { [IO]: 0x214n }],
  [20347, ['process', 'image_load', 'job'], 0x8_0005],
  [17763, ['process'], 0x1],
  [17763, KERNEL_GROUPS, 0x060b_0207],
  [9200, ['network'], 0x1_0000],
  [9199, ['process'], 'refused'],
  [7601, ['process'], 'refused'],
];
for (const [build, groups, wanted] of ROWS) {
  test(`build ${build}: ${groups.join(', ') || 'nothing'}`, () => {
    const plan = systemLoggerPlan(build, groups);
    if (plan.kind === 'providers')
      assert.deepEqual(
        Object.fromEntries(plan.providers.map((provider) => [provider.guid, provider.matchAnyKeyword])),
        wanted,
      );
    else assert.deepEqual(plan.kind === 'flags' ? plan.enableFlags : plan.kind, wanted);
  });
}

test('what is refused says what to do', () => {
  const plan = systemLoggerPlan(7601, ['process']);
  assert.match(plan.kind === 'refused' ? plan.message : '', /NT Kernel Logger.*Server 2019/);
});

test('the build in the release of the system', () => {
  for (const [release, build] of [
    ['10.0.20348', 20348],
    ['6.1.7601', 7601],
    ['6.1.0-49-amd64', 0],
    ['linux', undefined],
  ] as const)
    assert.equal(buildOf(release), build);
});
