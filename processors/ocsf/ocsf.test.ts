import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api';
import { type AttributeKey, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import type { Value } from '../../src/model/value.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { demoRecords } from '../../test/support/demo_records.ts';
import { logRecord } from '../../test/support/log_records.ts';
import { ocsfConfig } from './config.ts';
import { detectionFinding } from './finding.ts';
import { ocsfFindings } from './ocsf.ts';

/** A detection with these attributes and nothing else. */
function detection(...attributes: readonly (readonly [AttributeKey, Value])[]): LogRecord {
  return logRecord(1, {
    eventName: 'sigel.detection',
    body: 'Found',
    own: {
      shape: new Shape(attributes.map(([key]) => key)),
      values: attributes.map(([, value]) => value),
    },
    blocks: [],
  });
}

/** A part of a plain object, by its path. */
function at(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], object);
}

const demo = await demoRecords('ocsf');
const detections = demo.filter(({ eventName }) => eventName === 'sigel.detection');

// Source: required attributes of the class in version 1.5.0 of the schema.
const REQUIRED = [
  'activity_id',
  'category_uid',
  'class_uid',
  'finding_info.uid',
  'metadata.product.name',
  'metadata.version',
  'severity_id',
  'time',
  'type_uid',
];
test('every detection of the demo has what Detection Finding requires', () => {
  assert.ok(detections.length > 10);
  for (const { body } of detections) {
    for (const path of REQUIRED) assert.notEqual(at(body, path), undefined, path);
    assert.equal(at(body, 'class_uid'), 2004);
    assert.equal(at(body, 'type_uid'), 200401);
    assert.ok(Array.isArray(at(body, 'evidences')));
  }
});

const shell = detections.find(({ body }) => String(at(body, 'message')).startsWith('Shell started'));
const SHELL: Readonly<Record<string, unknown>> = {
  severity_id: 4,
  severity: 'High',
  message: 'Shell started by a server process in a container',
  time: 1772442903959,
  'metadata.version': '1.5.0',
  'metadata.event_code': 'process.start',
  'finding_info.analytic.uid': 'e8b46f6a-9538-4a70-a2b2-9cab41998456',
  'finding_info.attacks.0.tactic': { uid: 'TA0002', name: 'Execution' },
  'finding_info.attacks.2.technique.uid': 'T1190',
  'finding_info.related_events.0.type': 'process.start',
  'evidences.0.process.name': 'cmd.exe',
  'evidences.0.process.cmd_line': 'cmd.exe /c whoami /all',
  'evidences.0.process.file.path': 'C:\\Windows\\System32\\cmd.exe',
  'evidences.0.process.integrity_id': 4,
  'evidences.0.process.user.name': 'DefaultAppPool',
  'evidences.0.process.parent_process.name': 'w3wp.exe',
  'evidences.0.container.image': {
    name: 'registry.example/shop/web',
    uid: 'registry.example/shop/web:4.2.1',
  },
  'resources.0.name': 'shop-web-6d5f8b7c9d-x2x7p',
  'resources.0.namespace': 'shop',
};
for (const [path, expected] of Object.entries(SHELL)) {
  test(`the demo’s shell: ${path}`, () => assert.deepEqual(at(shell?.body, path), expected));
}

test('what is no detection stays as it is', () => {
  const others = demo.filter(({ eventName }) => eventName !== 'sigel.detection');
  assert.ok(others.length > 700);
  for (const { body } of others) assert.equal(typeof body, 'string');
});

const FIELDS: readonly (readonly [
  title: string,
  attributes: readonly (readonly [AttributeKey, Value])[],
  path: string,
  expected: unknown,
])[] = [
  [
    'an address',
    [
      [Attr.networkTransport, 'tcp'],
      [Attr.sourceAddress, '10.0.0.4'],
    ],
    'src_endpoint.ip',
    '10.0.0.4',
  ],
  [
    'a name instead of an address',
    [
      [Attr.networkTransport, 'tcp'],
      [Attr.sourceAddress, 'pc'],
    ],
    'src_endpoint',
    undefined,
  ],
  [
    'a connection out',
    [
      [Attr.networkTransport, 'tcp'],
      [Attr.detectionEventName, 'network.connect'],
    ],
    'connection_info.direction_id',
    2,
  ],
  [
    'a connection in',
    [
      [Attr.networkTransport, 'tcp'],
      [Attr.detectionEventName, 'network.accept'],
    ],
    'connection_info.direction_id',
    1,
  ],
  [
    'an event named as what objects have',
    [
      [Attr.networkTransport, 'tcp'],
      [Attr.detectionEventName, 'constructor'],
    ],
    'connection_info.direction_id',
    0,
  ],
  ['a query', [[Attr.dnsQuestionName, 'a.example']], 'query', { hostname: 'a.example' }],
  [
    'a registry value',
    [
      [Attr.registryKey, 'HKLM\\A'],
      [Attr.registryValue, 'B'],
    ],
    'reg_value',
    { path: 'HKLM\\A', name: 'B' },
  ],
  [
    'a registry key alone',
    [
      [Attr.processPid, 1],
      [Attr.registryKey, 'HKLM\\A'],
    ],
    'reg_value',
    undefined,
  ],
  ['a file without a name', [[Attr.filePath, 'C:\\a\\b.exe']], 'file.name', 'b.exe'],
  [
    'a hash',
    [
      [Attr.processExecutableName, 'a.exe'],
      [Attr.processHashSha256, 'ab'],
    ],
    'process.file.hashes.0',
    { algorithm_id: 3, algorithm: 'SHA-256', value: 'ab' },
  ],
  [
    'a parent without pid',
    [
      [Attr.processPid, 1],
      [Attr.processParentExecutableName, 'a.exe'],
    ],
    'process.parent_process',
    undefined,
  ],
  [
    'a level of integrity that has no name',
    [
      [Attr.processPid, 1],
      [Attr.windowsIntegrityLevel, 'constructor'],
    ],
    'process',
    { pid: 1 },
  ],
  [
    'a time that is none',
    [
      [Attr.processPid, 1],
      [Attr.processCreationTime, 'then'],
    ],
    'process',
    { pid: 1 },
  ],
  ['what a signature tells', [[Attr.detectionData, { of: 3 }]], 'data.of', 3],
];
for (const [title, attributes, path, expected] of FIELDS) {
  test(`evidence: ${title}`, () =>
    assert.deepEqual(at(detectionFinding(detection(...attributes)), `evidences.0.${path}`), expected));
}

test('of a detection that tells nothing only what OCSF requires is there', () => {
  const finding = detectionFinding(detection());
  for (const name of ['evidences', 'resources']) assert.equal(name in finding, false, name);
  assert.deepEqual(finding['finding_info'], { uid: '', title: 'Found', created_time: 1_700_000_000_000 });
});

const LEVELS: readonly (readonly [SeverityNumber, number])[] = [
  [SeverityNumber.FATAL, 5],
  [SeverityNumber.ERROR, 4],
  [SeverityNumber.WARN, 3],
  [SeverityNumber.INFO2, 2],
  [SeverityNumber.INFO, 1],
];
for (const [severityNumber, id] of LEVELS) {
  test(`severity ${severityNumber} is ${id}`, () =>
    assert.equal(detectionFinding(detection().with({ severityNumber }))['severity_id'], id));
}

test('the node is the device', () => {
  const resource = internResource({ 'host.name': 'node-1', 'os.version': '10.0.20348' });
  assert.deepEqual(detectionFinding(detection().with({ resource }))['device'], {
    type_id: 1,
    type: 'Server',
    hostname: 'node-1',
    os: { name: 'Windows', type_id: 100, type: 'Windows', version: '10.0.20348' },
  });
});

async function through(body: 'map' | 'json', outcome: Outcome = ACCEPTED) {
  const seen: LogRecord[] = [];
  const account = new Account('ocsf', 'processor');
  const next = { consumeLogs: async (batch: LogBatch) => (seen.push(...batch), outcome) };
  const processor = ocsfFindings(account, ocsfConfig.parse({ body }), next);
  return { seen, account, outcome: await processor.consumeLogs([detection()]) };
}

test('body: json is the same as text', async () => {
  const [asMap] = (await through('map')).seen;
  const [asText] = (await through('json')).seen;
  assert.deepEqual(JSON.parse(String(asText?.body)), asMap?.body);
});

test('a refusal goes back and nothing is counted', async () => {
  const refusal = retryLater('full');
  const { account, outcome } = await through('map', refusal);
  assert.equal(outcome, refusal);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [0, 0, 0]);
});
