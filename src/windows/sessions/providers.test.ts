import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeControl } from '../../../test/support/fake_sessions.ts';
import type { ProviderEnable } from './control.ts';
import { enableProvider } from './enable_provider.ts';
import { PROVIDER_DEFAULTS, type ProviderSpec } from './provider_spec.ts';
import { planProvider } from './providers.ts';

const PROCESS = 'Microsoft-Windows-Kernel-Process';
const POWERSHELL = 'Microsoft-Windows-PowerShell';
const { properties: NO_PROPERTIES } = PROVIDER_DEFAULTS;

function plan(change: Partial<ProviderSpec> & { readonly provider: string }): ProviderEnable {
  const planned = planProvider({ ...PROVIDER_DEFAULTS, ...change }, { registered: () => [] });
  assert.ok(planned.kind === 'planned', planned.kind === 'failed' ? planned.message : '');
  return planned.provider.enable;
}

test('a provider of the kernel by its defaults', () => {
  assert.deepEqual(plan({ provider: PROCESS }), {
    guid: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
    level: 5,
    matchAnyKeyword: 0n,
    matchAllKeyword: 0n,
    enableProperties: 0x80,
    filters: {},
  });
});

const PROPERTIES = [
  ['user mode: silos', { provider: POWERSHELL }, 0x480],
  ['a name that nobody knows: silos', { provider: 'Contoso-Shop' }, 0x480],
  ['user mode, silos off', { provider: POWERSHELL, properties: { ...NO_PROPERTIES, silos: false } }, 0x80],
  ['kernel mode, silos on', { provider: PROCESS, properties: { ...NO_PROPERTIES, silos: true } }, 0x480],
  ['a driver', { provider: 'Microsoft-Windows-TCPIP' }, 0x80],
  ['a system provider', { provider: '151f55dc-467d-471f-83b5-5f889d46ff66' }, 0x80],
  ['with keywords', { provider: PROCESS, keywords_any: ['PROCESS'] }, 0x90],
  [
    'everything',
    {
      provider: PROCESS,
      properties: {
        sid: true,
        ts_id: true,
        stack: true,
        process_start_key: true,
        event_key: true,
        silos: true,
        container_tracking: true,
      },
    },
    0xd87,
  ],
] as const;
for (const [title, change, bits] of PROPERTIES) {
  test(`properties: ${title}`, () => {
    assert.equal(plan(change).enableProperties, bits);
  });
}

test('level, keywords and filters', () => {
  const enable = plan({
    provider: PROCESS,
    level: 'all',
    keywords_any: ['IMAGE', '0x10'],
    keywords_all: ['THREAD'],
    event_ids: { exclude: [6] },
    pids: [4],
    executables: ['a.exe'],
  });
  assert.deepEqual([enable.level, enable.matchAnyKeyword, enable.matchAllKeyword], [255, 0x50n, 0x20n]);
  assert.deepEqual(enable.filters, {
    eventIds: { in: false, ids: [6] },
    pids: [4],
    executables: ['a.exe'],
  });
  assert.deepEqual(plan({ provider: PROCESS, event_ids: { include: [1] } }).filters, {
    eventIds: { in: true, ids: [1] },
  });
});

const WRONG: readonly (readonly [string, Partial<ProviderSpec> & { provider: string }, RegExp])[] = [
  ['a keyword', { provider: PROCESS, keywords_any: ['FILE'] }, /^provider Microsoft.*FILE is none of/],
  ['a keyword of all', { provider: PROCESS, keywords_all: ['FILE'] }, /FILE is none of/],
  ['a filter', { provider: PROCESS, executables: ['a;b'] }, /semicolon/],
  ['a name of two', { provider: 'Microsoft-Windows-Win32k' }, /one of their GUIDs: /],
];
for (const [title, change, message] of WRONG) {
  test(`wrong: ${title}`, () => {
    const planned = planProvider({ ...PROVIDER_DEFAULTS, ...change }, { registered: () => [] });
    assert.match(planned.kind === 'failed' ? planned.message : '', message);
  });
}

const FULL: ProviderEnable = {
  ...plan({ provider: PROCESS }),
  enableProperties: 0xd91,
  filters: { eventIds: { in: true, ids: [1] }, pids: [4] },
};
const BUILDS: readonly (readonly [string, (p: ProviderEnable) => boolean, readonly string[], number])[] = [
  ['takes all', () => true, [], 1],
  ['knows no container tracking', (p) => p.enableProperties < 0x800, ['container_tracking'], 2],
  ['knows no silos', (p) => p.enableProperties < 0x400, ['container_tracking', 'silos'], 3],
  [
    'is of Windows 8',
    (p) => p.enableProperties < 0x10,
    ['container_tracking', 'silos', 'event_key', 'process_start_key', 'only events with keywords'],
    6,
  ],
  ['takes no pids', (p) => p.filters.pids === undefined, ['pids'], 7],
  ['takes no event ids', (p) => p.filters.eventIds === undefined, ['event_ids'], 8],
  ['takes no filter', (p) => Object.keys(p.filters).length === 0, ['pids', 'event_ids'], 9],
];
for (const [title, takes, leftOff, calls] of BUILDS) {
  for (const code of [87, 50]) {
    test(`enabling on a build that ${title} (${code})`, () => {
      const control = new FakeControl();
      control.takes = (provider) => (takes(provider) ? 0 : code);
      assert.deepEqual(enableProvider(control, 1n, FULL), { kind: 'enabled', leftOff });
      assert.equal(control.calls.length, calls);
    });
  }
}

test('enabling: neither properties nor filters, at last', () => {
  const control = new FakeControl();
  control.takes = (p) => (p.enableProperties === 1 && Object.keys(p.filters).length === 0 ? 0 : 87);
  const result = enableProvider(control, 1n, FULL);
  assert.equal(result.kind === 'enabled' && result.leftOff.length, 7);
});

test('enabling: what nothing helps against', () => {
  const control = new FakeControl();
  control.takes = () => 87;
  const result = enableProvider(control, 1n, FULL);
  assert.equal(result.kind === 'failed' && result.error.name, 'ERROR_INVALID_PARAMETER');
  assert.equal(control.calls.length, 10);
});

test('enabling: another error is not tried again', () => {
  const control = new FakeControl();
  control.takes = () => 5;
  const result = enableProvider(control, 1n, FULL);
  assert.match(result.kind === 'failed' ? (result.error.advice ?? '') : '', /Threat-Intelligence/);
  assert.equal(control.calls.length, 1);
});
