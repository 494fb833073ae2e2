/** `node together.ts FOLDER`: runs all test files below a folder (or that one file) in this process, each as a suite of its own. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..');
const [, , folder = ''] = process.argv;
const files = folder.endsWith('.ts') ? [folder] : globSync(`${folder}/**/*.test.ts`, { cwd: ROOT }).sort();
for (const file of files)
  void describe(file, async () => {
    await import(pathToFileURL(join(ROOT, file)).href);
  });
