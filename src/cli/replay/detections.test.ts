import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { logRecord } from '../../../test/support/log_records.ts';
import { Shape } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import { internResource } from '../../model/resource.ts';
import { Detections } from './detections.ts';

const SHAPE = new Shape([
  Attr.processPid,
  Attr.processExecutableName,
  Attr.processCommandLine,
  Attr.threatTacticNames,
]);

function detection(level: string, rule: string, commandLine: string, ...tactics: string[]) {
  return logRecord(1, {
    eventName: 'sigel.detection',
    severityNumber: SeverityNumber.ERROR,
    severityText: level,
    body: rule,
    own: { shape: SHAPE, values: [42, 'cmd.exe', commandLine, tactics] },
    resource: internResource({ 'k8s.pod.name': 'web-1' }),
  });
}

test('a table of what was found, and the tactics of ATT&CK, the most frequent first', () => {
  const detections = new Detections();
  detections.note(detection('high', 'A shell', 'cmd /c whoami', 'Execution'));
  detections.note(
    detection('low', 'Discovery by whoami', 'cmd /c\twhoami \u001b[2J', 'Discovery', 'Execution'),
  );
  assert.deepEqual(detections.lines(100), [
    '',
    '2 detections:',
    'time          level  rule                 pod    process       command line',
    '22:13:20.000  high   A shell              web-1  cmd.exe (42)  cmd /c whoami',
    '22:13:20.000  low    Discovery by whoami  web-1  cmd.exe (42)  cmd /c whoami  [2J',
    '',
    'ATT&CK tactics: Execution (2), Discovery (1)',
  ]);
  assert.equal(detections.lines(60)[3]?.length, 60);
});

test('nothing where nothing was found; all is counted where not all is shown', () => {
  const detections = new Detections();
  assert.deepEqual(detections.lines(100), []);
  for (let i = 0; i < 501; i++) detections.note(detection('low', 'r', 'c'));
  assert.equal(detections.lines(100)[1], '501 detections:');
  assert.equal(detections.lines(100).at(-1), '… and 1 more');
});
