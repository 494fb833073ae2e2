import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// JavaScript in dist/ (or --out DIR), the same tree as the sources, with the data files and package.json beside it.
const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: `${root}dist` } } });
const out = resolve(values.out);
rmSync(out, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`, '--outDir', out],
  { stdio: 'inherit' },
);
for (const path of [
  'src/etw/catalogue/data',
  'extensions/zpages/assets',
  'config/rules',
  'config/node.yaml',
  'config/schema.json',
  'config/demo/shop_attack.etl.gz',
  'config/demo/shop_attack.containers.ndjson',
  'package.json',
]) {
  const tests = /\.test\.ts$/;
  cpSync(`${root}${path}`, `${out}/${path}`, { recursive: true, filter: (name) => !tests.test(name) });
}
