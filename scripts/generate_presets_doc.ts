import { writeFileSync } from 'node:fs';
import { presetsDoc } from './presets_doc.ts';

writeFileSync(new URL('../docs/presets.md', import.meta.url), presetsDoc());
