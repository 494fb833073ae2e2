// Writes the demo's trace again: shop_attack.etl.gz beside this file. The test says when that is due.
import { writeFileSync } from 'node:fs';
import { shopAttack } from './shop_attack.ts';

writeFileSync(new URL('shop_attack.etl.gz', import.meta.url), shopAttack().gzippedTrace());
