import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProviderVersions } from './provider_versions.ts';

const GUID = '7c1d3b52-0e4f-4a69-8b1c-d2e3f4a5b6c7';

for (const { title, resources, stamp, version } of [
  { title: 'its file', resources: 'C:\\shop.dll', stamp: '10 20', version: 'C:\\shop.dll 10 20' },
  { title: 'Windows, without a file', resources: undefined, stamp: '10 20', version: 'windows 20348.2700' },
  {
    title: 'Windows, where the file is gone',
    resources: 'C:\\x.dll',
    stamp: undefined,
    version: 'windows 20348.2700',
  },
  {
    title: 'Windows, where the file is on a share',
    resources: '\\\\h\\x.dll',
    stamp: '1 2',
    version: 'windows 20348.2700',
  },
]) {
  test(`a provider is of the version of ${title}`, () => {
    const registry = {
      text: (key: string, value: string) =>
        value === 'ResourceFileName' && key.endsWith(`\\Publishers\\{${GUID}}`)
          ? resources
          : value === 'CurrentBuildNumber'
            ? '20348'
            : undefined,
      number: (_key: string, value: string) => (value === 'UBR' ? 2700 : undefined),
    };
    assert.equal(new ProviderVersions(registry, () => stamp).of(GUID), version);
  });
}
