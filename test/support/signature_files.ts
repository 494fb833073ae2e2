import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/** A folder with files of these texts, until the test file is over; in the system's for what is temporary, or another one. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>, within = tmpdir()): string {
  const folder = mkdtempSync(join(within, 'sigel-signatures-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o644 });
  }
  return folder;
}

/** The text of a signature's module: `create` is the body of that function, `more` further properties. */
export function signatureText(id: string, create: string, more = ''): string {
  return `import { defineSignature } from 'sigel/signature';
export const signature = defineSignature({
  id: '${id}', version: '1', name: 'The ${id}', level: 'high', tags: ['attack.execution', 'attack.t1059'],
  events: ['process.start'], ${more}
  create(context) {
    ${create}
  },
});
`;
}
