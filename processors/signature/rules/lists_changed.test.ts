import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ValueList } from '../../../src/sigma/rule/value_list.ts';
import { SILENT } from '../../../src/telemetry/logger.ts';
import { ruleFolder, started } from '../../../test/support/signature_processor.ts';
import { RunningRules } from './running_rules.ts';

const put = ruleFolder();
const path = put(
  'rule.yml',
  `title: Named
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith|expand: '\\%names%.exe'}, condition: s}
`,
);

test('values that became part of rules are known when rules are loaded again', async () => {
  const names = new ValueList(['tool']);
  const running = new RunningRules({
    paths: [path],
    besides: [],
    packs: new Map(),
    lists: new Map([['names', names]]),
    prepare: () => Promise.resolve({ selection: {}, take: () => undefined }),
    correlationMemory: 1 << 20,
    reloadInterval: 0,
    logger: SILENT,
  });
  await running.start({ isNeeded: true });
  const fires = (name: string): boolean => running.detector.detect(started(name)).length === 1;
  assert.ok(names.replace(['other']));
  assert.deepEqual([fires('tool'), fires('other')], [true, false]);
  await running.listsChanged();
  assert.deepEqual([fires('tool'), fires('other')], [false, true]);
  running.close();
});
