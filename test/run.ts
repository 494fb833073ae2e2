/**
 * `npm test [-- PATH…]`: all tests that need nothing but this checkout, or those of some files and folders.
 * The test files of a folder share a process: most of what a small one costs is starting Node and loading modules.
 * Two folders run beside each other. Ends with `N passed, N failed` alone on a line; exit code 1 on a failure or when nothing
 * ran.
 */
import { globSync } from 'node:fs';
import { join, sep } from 'node:path';
import { runSuite, type SuiteResult } from './support/suite_run.ts';

const ROOT = join(import.meta.dirname, '..');
const TOGETHER = join(import.meta.dirname, 'support', 'together.ts');
/** Real peers and long runs have commands of their own. */
const ELSEWHERE = /^(?:node_modules|dist|test\/(?:interop|windows|soak|bench))\//;
/** The longest, so that the last one does not run alone. */
const FIRST = ['test/behavior', 'processors', 'src/sigma', 'src/signatures', 'src/cli', 'test/contract'];
/** Folders that run at a time. */
const LANES = 2;
/** A folder that takes longer hangs. */
const FOLDER_MS = 10 * 60_000;

const folders = wantedFolders(process.argv.slice(2));
const results: SuiteResult[] = [];
await Promise.all(Array.from({ length: LANES }, runLane));
for (const { failed, skipped, suite } of results) {
  for (const line of skipped) process.stdout.write(`SKIPPED ${line}\n`);
  for (const name of failed) process.stdout.write(`FAILED ${suite}: ${name}\n`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed.length, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runLane(): Promise<void> {
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift())
    results.push(await runSuite(folder, { files: [TOGETHER], argv: [folder], timeout: FOLDER_MS }, true));
}

/** The folders that share a process each; where some paths are named, those in them, or they themselves. */
function wantedFolders(wanted: readonly string[]): string[] {
  const files = globSync('**/*.test.ts', { cwd: ROOT, exclude: (path) => path.endsWith('node_modules') });
  const paths = files.map((file) => file.replaceAll(sep, '/')).filter((path) => !ELSEWHERE.test(path));
  const found = [...new Set(paths.map(folderOf))].sort((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b));
  if (wanted.length === 0) return found;
  return wanted.flatMap((name) => {
    const path = name.replace(/^\.\//, '').replace(/\/$/, '');
    const isIn = (other: string) => other === path || other.startsWith(`${path}/`);
    if (!paths.some(isIn)) {
      process.stderr.write(`npm test: there is no test in ${name}\n`);
      process.exit(2);
    }
    const folders = found.filter(isIn);
    return folders.length > 0 ? folders : [path];
  });
}

/** Components have a folder for each kind; what is large is cut one level below. */
function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.slice(0, parts[0] === 'src' || parts[0] === 'test' ? 2 : 1).join('/');
}

function rankOf(folder: string): number {
  const at = FIRST.indexOf(folder);
  return at < 0 ? FIRST.length : at;
}
