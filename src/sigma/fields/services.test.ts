import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withProcesses } from '../../../test/behavior/with_processes.ts';
import { catalogueEvent } from '../../../test/scenario/catalogue_event.ts';
import { scenario } from '../../../test/scenario/scenario.ts';
import { logsource, recordsOf, testFields } from '../../../test/support/sigma_fields.ts';
import { etwLogsources } from './table.ts';

const SECURITY = '54849625-5478-4994-a5ba-3e3b0328c30d';
const BITS = 'ef1cc15b-46c1-414e-bb95-e76b077bd51e';
const TASKS = 'de7b24ea-73c8-4a09-985d-5bdadcfa9017';

testFields('service security', [
  {
    title: 'what a table took, by the names of the payload',
    story: (s) => {
      const lsass = s.process('C:\\Windows\\System32\\lsass.exe');
      catalogueEvent(lsass, SECURITY, 4625, {
        TargetUserName: 'amy',
        TargetDomainName: 'CORP',
        LogonType: 3,
        IpAddress: '10.0.0.9',
        Status: 0xc000006d,
        ProcessName: 'C:\\Windows\\System32\\svchost.exe',
      });
    },
    records: [
      {
        EventID: 4625,
        Provider_Name: 'Microsoft-Windows-Security-Auditing',
        TargetUserName: 'amy',
        LogonType: 3,
        IpAddress: '10.0.0.9',
        Status: [0xc000006d, '0xc000006d'],
        ProcessName: 'C:\\Windows\\System32\\svchost.exe',
        constructor: undefined,
      },
    ],
  },
  {
    title: 'an event without a table, by its payload',
    story: (s) =>
      catalogueEvent(s.process('C:\\Windows\\System32\\lsass.exe'), SECURITY, 4657, {
        ObjectName: '\\REGISTRY\\MACHINE\\SAM',
        ObjectValueName: 'F',
      }),
    records: [{ EventID: 4657, ObjectName: '\\REGISTRY\\MACHINE\\SAM', ObjectValueName: 'F' }],
  },
]);

testFields('service bits-client', [
  {
    title: 'a job and its maker',
    story: (s) =>
      catalogueEvent(s.process('C:\\svchost.exe'), BITS, 3, {
        jobTitle: 'update',
        jobOwner: 'CORP\\amy',
        processPath: 'C:\\Windows\\System32\\bitsadmin.exe',
      }),
    records: [
      {
        EventID: 3,
        jobTitle: 'update',
        jobOwner: 'CORP\\amy',
        processPath: 'C:\\Windows\\System32\\bitsadmin.exe',
      },
    ],
  },
]);

test('service: records of another provider with the same event name are none of it', async () => {
  const s = scenario();
  catalogueEvent(s.process('C:\\svchost.exe'), TASKS, 106, { TaskName: '\\T' });
  const records = await withProcesses([s.trace()]);
  assert.equal(recordsOf(logsource('service taskscheduler'), records).length, 1);
  assert.equal(recordsOf(logsource('service wmi'), records).length, 0);
});

test('service: keywords look through what the event says, not through what was added to it', async () => {
  const s = scenario();
  catalogueEvent(s.process('C:\\mimikatz.exe'), TASKS, 106, { TaskName: '\\Evil', UserContext: 'CORP\\amy' });
  const source = logsource('service taskscheduler');
  const [record] = recordsOf(source, await withProcesses([s.trace()]));
  const texts = record === undefined ? [] : [...source.texts(record)];
  assert.ok(texts.includes('\\Evil') && texts.includes('amy'), texts.join());
  assert.ok(!texts.some((text) => text.includes('mimikatz')), texts.join());
});

type Name = readonly [product: string, category: string | undefined, service?: string];
const none: readonly Name[] = [
  ['linux', 'process_creation'],
  ['windows', 'pipe_created'],
  ['windows', 'toString'],
  ['windows', undefined, 'constructor'],
  ['windows', undefined, 'application'],
  ['windows', undefined],
];
for (const [product, category, service] of none) {
  test(`no record belongs to ${product} ${category} ${service}`, () =>
    assert.equal(etwLogsources.find({ product, category, service }), undefined));
}
