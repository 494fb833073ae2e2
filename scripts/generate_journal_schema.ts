import { writeFileSync } from 'node:fs';
import { journalSchema } from './journal_schema.ts';

writeFileSync(
  new URL('../docs/containers-journal.schema.json', import.meta.url),
  `${JSON.stringify(journalSchema(), null, 2)}\n`,
);
