// Writes the demo again: shop_attack.etl.gz and its journal of containers. The test says when that is due.
//   node config/demo/generate.ts FOLDER   writes it there instead, as if it had begun a minute ago
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shopAttack } from './shop_attack.ts';
import { shopContainers } from './shop_containers.ts';

const [elsewhere] = process.argv.slice(2);
const folder = elsewhere ?? import.meta.dirname;
const start = elsewhere === undefined ? undefined : new Date(Date.now() - 60_000).toISOString();

writeFileSync(join(folder, 'shop_attack.etl.gz'), shopAttack(start).gzippedTrace());
writeFileSync(join(folder, 'shop_attack.containers.ndjson'), shopContainers(start));
