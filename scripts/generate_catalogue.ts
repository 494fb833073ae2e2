import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from './catalogue/generate.ts';

/**
 * Writes src/etw/catalogue/data from published descriptions of Windows event providers. What the
 * descriptions disagree on goes to stderr. The data files are committed: run this when a provider, a patch or
 * a description changed, and review the difference.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: {
    manifests: { type: 'string', default: join(root, '../shared/data/manifests') },
    classic: { type: 'string', default: join(root, '../shared/data/classic') },
    out: { type: 'string', default: join(root, 'src/etw/catalogue/data') },
  },
});

const missing: string[] = [];
for (const folder of [values.manifests, values.classic]) {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) missing.push(folder);
}
if (missing.length > 0) {
  console.error(
    `catalogue: not generated, the published descriptions are not here:\n  ${missing.map((folder) => resolve(folder)).join('\n  ')}\n` +
      'The committed data in src/etw/catalogue/data stays as it is. Say where they are with --manifests DIR --classic DIR.',
  );
  process.exitCode = 1;
} else {
  const files = await generate(values, (line) => console.error(`catalogue: ${line}`));
  await mkdir(values.out, { recursive: true });
  for (const name of await readdir(values.out)) {
    if (name.endsWith('.json') && !files.has(name)) await rm(join(values.out, name));
  }
  for (const [name, text] of files) await writeFile(join(values.out, name), text);
  console.error(`catalogue: ${files.size} files written`);
}
