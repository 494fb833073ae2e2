import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeControl } from '../../../test/support/fake_sessions.ts';
import type { ProviderEnable } from './control.ts';
import { KeptProviders } from './kept_providers.ts';
import { PROVIDER_DEFAULTS } from './provider_spec.ts';
import { planProvider } from './providers.ts';

const HANDLE = 0x1_0003n;
const FILE = 'Microsoft-Windows-Kernel-File';
const DNS = 'Microsoft-Windows-DNS-Client';
const providers = [FILE, DNS].map((provider) => {
  const planned = planProvider({ ...PROVIDER_DEFAULTS, provider }, { registered: () => [] });
  return planned.kind === 'planned' ? planned.provider : assert.fail(planned.message);
});
const enableOf = (name: string): ProviderEnable =>
  providers.find((one) => one.name === name)?.enable ?? assert.fail(name);

function setUp() {
  const control = new FakeControl();
  for (const { enable } of providers) control.enable(HANDLE, enable);
  const kept = new KeptProviders(control, HANDLE, providers);
  control.enabled.length = 0;
  return { control, kept };
}

const DONE_BY_OTHERS: readonly [title: string, change: (control: FakeControl) => void][] = [
  ['disabled', (control) => control.disable(HANDLE, enableOf(DNS).guid)],
  ['narrowed to a level', (control) => control.enable(HANDLE, { ...enableOf(DNS), level: 1 })],
  ['narrowed to a keyword', (control) => control.enable(HANDLE, { ...enableOf(DNS), matchAnyKeyword: 1n })],
  ['narrowed to all of some', (control) => control.enable(HANDLE, { ...enableOf(DNS), matchAllKeyword: 6n })],
  ['kept from silos', (control) => control.enable(HANDLE, { ...enableOf(DNS), enableProperties: 0 })],
];
for (const [title, change] of DONE_BY_OTHERS)
  test(`a provider that somebody else has ${title} is enabled again, and told once`, () => {
    const { control, kept } = setUp();
    assert.deepEqual(kept.restore(), []);
    change(control);
    control.enabled.length = 0;
    assert.deepEqual(kept.restore(), [DNS]);
    assert.deepEqual(control.enabled, [enableOf(DNS)]);
    assert.deepEqual(kept.restore(), []);
  });

test('what the governor has shed is not missed, and missed again when it is back', () => {
  const { control, kept } = setUp();
  control.disable(HANDLE, enableOf(FILE).guid);
  kept.learn(2);
  assert.deepEqual(kept.restore(), []);
  control.enable(HANDLE, enableOf(FILE));
  kept.learn(0);
  control.disable(HANDLE, enableOf(FILE).guid);
  assert.deepEqual(kept.restore(), [FILE]);
});

test('what Windows never showed is not missed', () => {
  const { control, kept } = setUp();
  for (const { enable } of providers) control.disable(HANDLE, enable.guid);
  kept.learn(0);
  assert.deepEqual(kept.restore(), []);
  control.enable(HANDLE, enableOf(DNS));
  kept.restore();
  control.disable(HANDLE, enableOf(DNS).guid);
  assert.deepEqual(kept.restore(), [DNS]);
});

test('where Windows does not answer nothing is told', () => {
  const { control, kept } = setUp();
  control.errors.enabledAs = [5, 5];
  assert.deepEqual(kept.restore(), []);
});
