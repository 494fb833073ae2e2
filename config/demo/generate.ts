// Writes the demo again: shop_attack.etl.gz and its journal of containers. The test says when that is due.
import { writeFileSync } from 'node:fs';
import { shopAttack } from './shop_attack.ts';
import { shopContainers } from './shop_containers.ts';

writeFileSync(new URL('shop_attack.etl.gz', import.meta.url), shopAttack().gzippedTrace());
writeFileSync(new URL('shop_attack.containers.ndjson', import.meta.url), shopContainers());
