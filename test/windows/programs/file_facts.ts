import { installed } from './installed.ts';

// What this program's own file says of itself, opened as the agent opens files on Windows, as one JSON object.
const { FileReader } = await installed<typeof import('../../../src/file_facts/file_reader.ts')>(
  'src/file_facts/file_reader.ts',
);
const { placeOnWindows } = await installed<typeof import('../../../src/file_facts/file_place.ts')>(
  'src/file_facts/file_place.ts',
);

const reader = new FileReader({ digests: ['sha256'], maxHashedSize: 2 ** 30 }, { cached: 4, queued: 4 });
const place = placeOnWindows({ shown: process.execPath, kernel: undefined });
const first = place === undefined ? undefined : await reader.read(place);
const again = place === undefined ? undefined : await reader.read(place);
process.stdout.write(JSON.stringify({ first, again: again?.kind }));
