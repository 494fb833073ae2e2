import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AnswerFolder } from '../../../src/windows/schemas/answer_folder.ts';
import { readProviderList } from '../../../src/windows/schemas/provider_list.ts';
import { ProviderVersions } from '../../../src/windows/schemas/provider_versions.ts';
import { TdhSchemas } from '../../../src/windows/schemas/tdh_schemas.ts';
import { describedBy } from '../recorded_tdh.ts';
import { installed } from './installed.ts';

// A trace whose own descriptions are not looked at, decoded by asking TDH: the lines, and what was counted.
const { Libraries } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
  'src/windows/native/libraries.ts',
);
const { tdhCalls } = await installed<typeof import('../../../src/windows/native/tdh_calls.ts')>(
  'src/windows/native/tdh_calls.ts',
);
const { hostRegistry } = await installed<typeof import('../../../src/windows/native/host_registry.ts')>(
  'src/windows/native/host_registry.ts',
);
const { privateFolders } = await installed<typeof import('../../../src/windows/native/host_folder.ts')>(
  'src/windows/native/host_folder.ts',
);

const [, , , trace = '', folder = ''] = process.argv;
const libraries = new Libraries();
const tdh = tdhCalls(libraries);
const versions = new ProviderVersions(hostRegistry(libraries));
const made = privateFolders(libraries)(folder);
const store = new AnswerFolder(folder);
const schemas = new TdhSchemas({
  tdh,
  store,
  versionOf: (guid) => versions.of(guid),
  now: () => performance.now(),
});
const file = readFileSync(trace);
const lines = describedBy(schemas, trace.endsWith('.gz') ? gunzipSync(file) : file);
await schemas.save();
await store.trim();
const list = tdh.providers();
process.stdout.write(
  JSON.stringify({
    folder: made.kind,
    counts: schemas.counts,
    damaged: store.damaged,
    providers: list.kind === 'ok' ? readProviderList(list.value) : list,
    lines,
  }),
);
