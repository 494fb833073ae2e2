import { writeFileSync } from 'node:fs';
import { chartFiles } from './chart/files.ts';

// What of the Helm chart is made of other files: values, their schema and table, the node's configuration, versions.
for (const [path, text] of chartFiles()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
