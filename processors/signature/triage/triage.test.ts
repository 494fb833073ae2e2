/** Which detections are told, as a pipeline meets it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../../src/model/attributes.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import { internResource } from '../../../src/model/resource.ts';
import {
  bodies,
  openSignatures,
  ruleFolder,
  ruleText,
  type SignatureOptions,
  type SignatureRun,
  started,
} from '../../../test/support/signature_processor.ts';

const put = ruleFolder();
const TOOL = '00000000-0000-0000-0000-000000000004';
const tool = put('tool.yml', ruleText('tool', 'high'));
const other = put('other.yml', ruleText('other', 'low'));
const both: SignatureOptions = { builtin: false, rules: [tool, other], emit: 'detections' };
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

const SHOP = {
  'k8s.namespace.name': 'shop',
  'k8s.pod.uid': 'u1',
  'k8s.pod.label.app': 'web',
  'container.image.name': 'shop/web',
};
const inPod = (record: LogRecord, facts: Readonly<Record<string, string>> = SHOP): LogRecord =>
  record.with({ resource: internResource(facts) });

async function tell(config: SignatureOptions, records: readonly LogRecord[]): Promise<SignatureRun> {
  const run = await openSignatures({ ...both, ...config });
  for (const record of records) await run.processor.consumeLogs([record]);
  await run.processor.shutdown(AbortSignal.timeout(10_000));
  assert.equal(run.account.imbalance(), 0);
  return run;
}

const end = { owner: 'shop team', expires: tomorrow };
const scopes: readonly [
  title: string,
  scope: NonNullable<SignatureOptions['exceptions']>[number],
  told: string[],
][] = [
  ['a rule by id', { ...end, rules: [TOOL] }, ['The other runs']],
  ['a rule by name', { ...end, rules: ['tool'] }, ['The other runs']],
  ['another rule', { ...end, rules: ['none'] }, ['The tool runs', 'The other runs']],
  ['a namespace', { ...end, namespaces: ['sh*'] }, []],
  ['another namespace', { ...end, namespaces: ['prod'] }, ['The tool runs', 'The other runs']],
  ['a label of the pod', { ...end, labels: { app: 'web' } }, []],
  ['another label', { ...end, labels: { app: 'db' } }, ['The tool runs', 'The other runs']],
  ['an image', { ...end, images: ['shop/*'] }, []],
  [
    'fields',
    { ...end, fields: { 'Image|endswith': '\\tool.exe', User: ['ann', 'bob'] } },
    ['The other runs'],
  ],
  [
    'fields that do not fit',
    { ...end, fields: { 'Image|endswith': '\\tool.exe', User: 'eve' } },
    ['The tool runs', 'The other runs'],
  ],
  ['a list in a field', { ...end, fields: { 'User|expand': '%users%' } }, []],
  ['an attribute', { ...end, fields: { 'k8s.pod.label.app': 'web' } }, []],
  [
    'all of its scopes',
    { ...end, rules: ['tool'], namespaces: ['prod'] },
    ['The tool runs', 'The other runs'],
  ],
];
for (const [title, exception, told] of scopes) {
  test(`an exception for ${title}`, async () => {
    const run = await tell({ exceptions: [exception], lists: { users: ['ann'] } }, [
      inPod(started('tool')),
      inPod(started('other')),
    ]);
    assert.deepEqual(bodies(run), told);
  });
}

test('an exception that is over is announced, and holds nothing back', async () => {
  const exceptions = [{ ...end, rules: ['tool'], expires: '2026-01-31' }];
  const run = await tell({ exceptions }, [started('tool')]);
  assert.deepEqual(bodies(run), ['The tool runs']);
  const announced = run.logged.filter((line) => line.startsWith('an exception has expired'));
  assert.equal(announced.length, 1);
  assert.deepEqual(await run.measured('sigel.signature.exceptions_expired'), { '': 1 });
  assert.deepEqual(await run.measured('sigel.signature.exceptions'), { '': 0 });
});

test('an exception for a rule that is not there is said', async () => {
  const run = await tell({ exceptions: [{ ...end, rules: ['tool', TOOL, 'tol'] }] }, []);
  assert.deepEqual(
    run.logged.filter((line) => line.startsWith('exceptions name')),
    ['exceptions name rules that are not loaded'],
  );
  const known = await tell({ exceptions: [{ ...end, rules: ['tool', TOOL] }] }, []);
  assert.ok(!known.logged.some((line) => line.startsWith('exceptions name')));
});

test('exceptions come from files too; what is wrong with one is said with its place', async () => {
  const file = put('exceptions.yaml', `exceptions:\n  - {rules: [tool], owner: me, expires: ${tomorrow}}\n`);
  assert.deepEqual(bodies(await tell({ exception_files: [file] }, [started('tool')])), []);
  const wrong: readonly [text: string, message: RegExp][] = [
    [
      'exceptions:\n  - {owner: me, expires: 2099-01-01}\n',
      /wrong.yaml:2:5: .*at least one of rules, namespaces/,
    ],
    ['exceptions:\n  - {rules: [a], owner: me, expires: soon}\n', /wrong.yaml:2:.* a day such as/],
    ['exceptions:\n  - {rules: [a], expires: 2099-01-01}\n', /wrong.yaml:2:.*owner/],
    [
      'exceptions:\n  - {fields: {"Image|ends": a}, owner: me, expires: 2099-01-01}\n',
      /there is no modifier "ends"/,
    ],
    [
      'exceptions:\n  - {fields: {"A|expand": "%none%"}, owner: me, expires: 2099-01-01}\n',
      /an exception of me: there is no list "none"/,
    ],
  ];
  for (const [text, message] of wrong)
    await assert.rejects(tell({ exception_files: [put('wrong.yaml', text)] }, []), message);
  await assert.rejects(
    tell({ exception_files: ['/nowhere.yaml'] }, []),
    /nowhere.yaml cannot be read: no such file/,
  );
});

test('throttling tells the first of each interval, and then how many it held back', async () => {
  const at = [0, 10, 20, 59, 60, 61, 200];
  const run = await tell(
    { throttle: { interval: '1m', max: 2 } },
    at.map((second) => started('tool', second)),
  );
  const told = run.seen.flat().map((record) => [record.hrTime[0] % 1000, record.get(Attr.detectionHeldBack)]);
  const first = started('tool').hrTime[0] % 1000;
  assert.deepEqual(
    told.map(([second = 0, heldBack]) => [second - first, heldBack]),
    [
      [0, undefined],
      [10, undefined],
      [60, 2],
      [61, undefined],
      [200, undefined],
    ],
  );
});

test('throttling never hides the first of a rule and workload; groups are counted apart', async () => {
  const run = await tell({ throttle: { max: 1, group_by: ['k8s.pod.label.app'] } }, [
    inPod(started('tool')),
    inPod(started('tool')),
    inPod(started('other')),
    inPod(started('tool'), { ...SHOP, 'k8s.pod.uid': 'u2' }),
    inPod(started('tool'), { ...SHOP, 'k8s.pod.label.app': 'db' }),
    started('tool'),
    started('tool'),
  ]);
  assert.deepEqual(bodies(run), [
    'The tool runs',
    'The other runs',
    'The tool runs',
    'The tool runs',
    'The tool runs',
  ]);
});

test('more detections in a minute than are told end in a summary of the node', async () => {
  const run = await tell({ max_per_minute: 2 }, [
    started('tool', 0),
    started('tool', 1),
    started('tool', 2),
    started('other', 3),
    started('other', 4),
    started('tool', 5),
    started('calm', 61),
    started('tool', 62),
  ]);
  assert.deepEqual(bodies(run), [
    'The tool runs',
    'The tool runs',
    // Beyond the bound, but the first of its rule.
    'The other runs',
    '3 detections in a minute were held back: more than are told',
    'The tool runs',
  ]);
  const summary = run.seen.flat()[3];
  assert.equal(summary?.eventName, 'sigel.detection.summary');
  assert.equal(summary.severityNumber, SeverityNumber.ERROR);
  assert.equal(summary.resource.attributes['host.name'], 'node-1');
  assert.equal(summary.hrTime[0], started('tool', 60).hrTime[0]);
  assert.equal(summary.get(Attr.detectionHeldBack), 3);
  const rules = { ...summary.get(Attr.detectionHeldBackRules) };
  assert.deepEqual(rules, { [TOOL]: 2, '00000000-0000-0000-0000-000000000005': 1 });
});

test('a summary is not lost when Sigel ends', async () => {
  const run = await tell({ max_per_minute: 1 }, [started('tool'), started('tool')]);
  assert.match(String(bodies(run).at(-1)), /^1 detections/);
});

test('max_per_minute: 0 tells all', async () => {
  const run = await tell(
    { max_per_minute: 0 },
    Array.from({ length: 2000 }, () => started('tool')),
  );
  assert.equal(run.seen.flat().length, 2000);
});

const modes: readonly [title: string, config: SignatureOptions, told: readonly string[]][] = [
  ['rules alert', { rules: [tool, other] }, ['The tool runs', 'The other runs']],
  ['but for those in shadow', { rules: [tool, { paths: [other], mode: 'shadow' }] }, ['The tool runs']],
  [
    'a source may have a level of its own',
    { rules: [{ paths: [tool, other], min_level: 'high' }] },
    ['The tool runs'],
  ],
  [
    'and what all rules have to meet',
    { rules: [{ paths: [tool, other], min_level: 'low' }], min_level: 'high' },
    ['The tool runs'],
  ],
  ['SigmaHQ begins in shadow', { rules: [], sigmahq: { paths: [tool] } }, []],
  [
    'SigmaHQ may alert, from level high on',
    { rules: [], sigmahq: { paths: [tool, other], mode: 'alert' } },
    ['The tool runs'],
  ],
  [
    'SigmaHQ: of other statuses',
    { rules: [], sigmahq: { paths: [tool], mode: 'alert', status: ['stable'] } },
    [],
  ],
];
for (const [title, config, told] of modes) {
  test(`modes: ${title}`, async () => {
    assert.deepEqual(bodies(await tell(config, [started('tool'), started('other')])), told);
  });
}

test('built-in rules alert, or are counted', async () => {
  const tor = started('tor');
  const alert = await tell({ builtin: true, rules: [] }, [tor]);
  assert.ok(bodies(alert).length > 0);
  assert.deepEqual(bodies(await tell({ builtin: 'shadow', rules: [] }, [tor])), []);
});

test('what is told to nobody is counted by reason, once', async () => {
  const run = await tell(
    {
      rules: [tool, { paths: [other], mode: 'shadow' }],
      exceptions: [{ ...end, fields: { User: 'eve' } }],
      throttle: { max: 2 },
      max_per_minute: 1,
    },
    [started('other'), started('tool', 0, 'eve'), started('tool'), started('tool'), started('tool')],
  );
  const withheld = await run.measured('sigel.signature.withheld');
  assert.deepEqual(withheld, { exception: 1, shadow: 1, throttle: 1, cap: 1 });
});

test('on request a detection says where the values of its fields came from', async () => {
  const run = await tell({ provenance: true }, [started('tool')]);
  assert.deepEqual({ ...run.seen.flat()[0]?.get(Attr.detectionFields) }, { Image: 'event' });
});
