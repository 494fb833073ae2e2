import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guidsOfName } from '../../etw/catalogue/provider_names.ts';
import { PRESETS, type PresetName } from '../sessions/presets.ts';
import { planProvider } from '../sessions/providers.ts';
import { enableAt } from './stages.ts';

/** Providers of a preset at a level that are not enabled as they were asked for. */
function changed(preset: PresetName, level: number): string[] {
  return PRESETS[preset].sessions.flatMap(({ providers }) =>
    providers.flatMap((spec) => {
      const planned = planProvider(spec, { registered: guidsOfName });
      assert.ok(planned.kind === 'planned');
      const { enable } = planned.provider;
      const at = enableAt(enable, level);
      const name = spec.provider.replace('Microsoft-Windows-', '');
      if (at === enable) return [];
      return at === 'off' ? [`${name} off`] : [`${name} 0x${at.matchAnyKeyword.toString(16)}`];
    }),
  );
}

const FILES = ['Kernel-File off', 'Kernel-Registry off'];
const cases: readonly [preset: PresetName, level: number, changed: readonly string[]][] = [
  ['security', 0, []],
  ['security', 1, []],
  ['security', 2, FILES],
  ['security', 3, ['Kernel-Process 0x4410', ...FILES]],
  ['security_verbose', 1, ['Kernel-Process 0x4450', 'WMI-Activity off', 'DotNETRuntime off']],
  ['security_verbose', 2, ['Kernel-Process 0x4450', ...FILES, 'WMI-Activity off', 'DotNETRuntime off']],
  ['security_verbose', 3, ['Kernel-Process 0x4410', ...FILES, 'WMI-Activity off', 'DotNETRuntime off']],
  ['eolh', 1, ['Kernel-Process 0x4450', 'Kernel-Network off']],
  ['eolh', 3, ['Kernel-Process 0x4410', 'Kernel-File off', 'Kernel-Network off']],
];

describe('what is shed', () => {
  for (const [preset, level, wanted] of cases)
    test(`of ${preset}, level ${level}`, () => assert.deepEqual(changed(preset, level), wanted));

  test('a session of modules alone is off, one of processes never', () => {
    const spec = PRESETS.eolh.sessions[0]?.providers[0];
    assert.ok(spec !== undefined);
    const at = (keywords_any: string[]) => {
      const planned = planProvider({ ...spec, keywords_any }, { registered: guidsOfName });
      return planned.kind === 'planned' ? enableAt(planned.provider.enable, 3) : assert.fail(planned.message);
    };
    assert.equal(at(['IMAGE']), 'off');
    assert.notEqual(at(['PROCESS']), 'off');
  });
});
