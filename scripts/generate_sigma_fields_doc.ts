import { writeFileSync } from 'node:fs';
import { sigmaFieldsDoc } from './sigma_fields_doc.ts';

writeFileSync(new URL('../docs/sigma-fields.md', import.meta.url), sigmaFieldsDoc());
