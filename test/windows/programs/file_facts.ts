import { installed } from './installed.ts';

// What files say of themselves, and Windows of their signatures, read as the agent reads files on Windows: a JSON line for each.
const { FileReader } = await installed<typeof import('../../../src/file_facts/file_reader.ts')>(
  'src/file_facts/file_reader.ts',
);
const { placeOnWindows } = await installed<typeof import('../../../src/file_facts/file_place.ts')>(
  'src/file_facts/file_place.ts',
);
const { hostSignatures } = await installed<typeof import('../../../src/windows/trust/host_signatures.ts')>(
  'src/windows/trust/host_signatures.ts',
);

const { placesFromEnvironment } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
  'src/windows/native/libraries.ts',
);

const trustLibrary = process.env['SIGEL_STANDIN_TRUST'];
const host = hostSignatures({ ...placesFromEnvironment(), trustLibrary });
if (host.kind === 'failed') throw new Error(host.error.message);
const wanted = { digests: ['sha256'], maxHashedSize: 2 ** 30, signature: host.value.read } as const;
const reader = new FileReader(wanted, { cached: 4, queued: 4 });
for (const shown of process.argv.slice(3)) {
  const place = placeOnWindows({ shown, kernel: undefined });
  const outcome = place === undefined ? undefined : await reader.read(place);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
