import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// JavaScript in dist/, the same tree as the sources, with the data files and package.json beside it.
const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`],
  { stdio: 'inherit' },
);
cpSync(`${root}src/etw/catalogue/data`, `${root}dist/src/etw/catalogue/data`, { recursive: true });
cpSync(`${root}extensions/zpages/assets`, `${root}dist/extensions/zpages/assets`, { recursive: true });
cpSync(`${root}config/rules`, `${root}dist/config/rules`, { recursive: true });
for (const name of ['shop_attack.etl.gz', 'shop_attack.containers.ndjson']) {
  cpSync(`${root}config/demo/${name}`, `${root}dist/config/demo/${name}`);
}
cpSync(`${root}package.json`, `${root}dist/package.json`);
