import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presetNeeds } from '../../cli/doctor/preset_needs.ts';
import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import { PROVIDER_MAPPINGS } from '../../etw/events/mappings.ts';
import { isKernelMode } from './kernel_mode.ts';
import { presetSessions } from './preset_sessions.ts';
import { PRESETS } from './presets.ts';
import { type PlannedProvider, planProvider } from './providers.ts';

/** Every provider of a preset, as planned. */
function planned(preset: keyof typeof PRESETS): readonly PlannedProvider[] {
  return PRESETS[preset].sessions.flatMap(({ providers }) =>
    providers.map((spec) => {
      const plan = planProvider(spec, { registered: () => [] });
      assert.ok(plan.kind === 'planned', plan.kind === 'failed' ? plan.message : '');
      return plan.provider;
    }),
  );
}

/** As the runtime's sources, and who reads them, have them. */
const RUNTIME: Readonly<Record<string, string>> = {
  'Microsoft.Virtualization.RunHCS': '0b52781f-b24d-5685-ddf6-69830ed40ec3',
  ContainerD: '2acb92c0-eb9b-571a-69cf-8f3410f383ad',
};

test('security_verbose has what the runtime tells; it is in no list of Windows', () => {
  const names = new Set(planned('security_verbose').map(({ name }) => name));
  for (const name of Object.keys(RUNTIME)) {
    assert.ok(names.has(name));
    assert.ok(presetNeeds('security_verbose')?.providers.includes(name) === false);
  }
});

for (const preset of ['security', 'security_verbose', 'eolh'] as const) {
  test(`${preset}: every provider is one that Sigel knows and maps, or of the runtime, and stands once`, () => {
    const guids = planned(preset).map(({ name, way, enable }) => {
      if (way === 'name_hash') {
        assert.equal(enable.guid, RUNTIME[name], name);
        return enable.guid;
      }
      assert.equal(way, 'catalogue', name);
      assert.ok(
        PROVIDER_MAPPINGS.some(({ guid }) => guid === enable.guid),
        `${name} has no mapping`,
      );
      return enable.guid;
    });
    assert.equal(new Set(guids).size, guids.length);
  });

  test(`${preset}: every event id is one that the provider has`, () => {
    for (const { name, enable } of planned(preset))
      for (const id of enable.filters.eventIds?.ids ?? [])
        assert.ok(Catalogue.shipped().manifest(enable.guid, id, 255), `${name} ${id}`);
  });

  test(`${preset}: no promise of Threat-Intelligence`, () => {
    assert.ok(planned(preset).every(({ name }) => !name.includes('Threat-Intelligence')));
    assert.match(PRESETS[preset].docs, /Threat-Intelligence, which only protected/);
  });

  test(`${preset}: command lines, and processes are shed last`, () => {
    const [lifecycle, events] = PRESETS[preset].sessions;
    assert.deepEqual([lifecycle?.shed, lifecycle?.kernel], ['last', ['process']]);
    assert.deepEqual([events?.shed, events?.kernel], ['first', []]);
  });
}

test('containers: user-mode providers are enabled in silos, those of the kernel are not', () => {
  const silos = (name: string) =>
    ((planned('security').find((one) => one.name === name)?.enable.enableProperties ?? 0) & 0x400) !== 0;
  assert.equal(silos('Microsoft-Windows-PowerShell'), true);
  assert.equal(silos('Microsoft-Windows-DNS-Client'), true);
  assert.equal(silos('Microsoft-Windows-Kernel-Process'), false);
});

test('what presets say of the kernel is what Sigel knows of it', () => {
  for (const { name, enable } of planned('security_verbose'))
    assert.equal((enable.enableProperties & 0x400) === 0, isKernelMode(enable.guid), name);
});

const names = (sessions: ReturnType<typeof presetSessions>['sessions']) =>
  sessions.map(({ kernel, providers }) => [
    ...kernel,
    ...providers.map(({ provider }) => provider.replace('Microsoft-Windows-Kernel-', '')),
  ]);
const CHANGES = [
  [
    'nothing',
    [],
    [],
    [
      ['process', 'Process'],
      ['File', 'Network'],
    ],
  ],
  [
    'one more',
    ['Contoso-Shop'],
    [],
    [
      ['process', 'Process'],
      ['File', 'Network', 'Contoso-Shop'],
    ],
  ],
  ['no files', [], ['file'], [['process', 'Process'], ['Network']]],
  ['no processes', [], ['Process'], [['File', 'Network']]],
  ['by name', [], ['microsoft-windows-kernel-network'], [['process', 'Process'], ['File']]],
  ['one instead', ['Other'], ['file', 'network'], [['process', 'Process'], ['Other']]],
  ['none', [], ['process', 'file', 'network'], []],
] as const;
for (const [title, include, exclude, wanted] of CHANGES) {
  test(`eolh with include and exclude: ${title}`, () => {
    const { sessions, problems } = presetSessions('eolh', include, exclude);
    assert.deepEqual(names(sessions), wanted);
    assert.deepEqual(problems, []);
  });
}

test('excluding what is not there is said', () => {
  const { problems } = presetSessions('eolh', [], ['registry', 'edd08927-9cc4-4e65-b970-c2560fb5c289']);
  assert.match(problems[0] ?? '', /registry is neither process, file, network nor a provider of preset eolh/);
  assert.match(problems[1] ?? '', /name instead of its GUID/);
});
