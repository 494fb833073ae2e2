import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeRelease } from './make_release.ts';
import { fetchNode, nodeExe, shasumsOf } from './node_exe.ts';
import { versions } from './package.ts';

// `npm run release [-- --out DIR --shasums FILE]`; docs/releasing.md says what comes out of it.
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(import.meta.dirname, '..', '..', 'release') },
    shasums: { type: 'string' },
  },
});
const { node } = versions();
const folder = mkdtempSync(join(tmpdir(), 'sigel-node-'));
try {
  const shasums = await shasumsOf(node, values.shasums);
  fetchNode(node, folder);
  process.stdout.write(makeRelease(resolve(values.out), nodeExe(node, folder, shasums)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
