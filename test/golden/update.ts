/**
 * Writes counts.tsv and hashes.tsv anew from the recorded traces: `node test/golden/update.ts`. The difference
 * in version control then says which events decode differently; it belongs into the same commit as its cause.
 */
import { index, NO_TRACES } from '../interop/shared_data.ts';
import { writeCommitted } from './files.ts';
import { type Golden, readGolden } from './golden.ts';

if (NO_TRACES !== false) {
  process.exitCode = 1;
} else {
  const goldens: Golden[] = [];
  for (const { id = '' } of index()) goldens.push(await readGolden(id));
  writeCommitted(goldens.sort((a, b) => (a.id < b.id ? -1 : 1)));
}
