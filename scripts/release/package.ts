import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What stands in the checkout and goes into a package as it is. */
const PLAIN = [
  'LICENSE',
  'NOTICE',
  'README.md',
  'config/node.yaml',
  'config/quickstart.yaml',
  'config/replay.yaml',
  'config/schema.json',
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly devDependencies?: Readonly<Record<string, string>> }>
  >;
}

/** What package.json says of the release. `node` is the version of Node.js that the scripts, and the Windows zip, have. */
export function versions(): { readonly version: string; readonly node: string } {
  const { version, devDependencies } = readJson('package.json') as Manifest;
  const { node } = devDependencies;
  if (node === undefined) throw new Error('package.json names no Node.js in devDependencies');
  return { version, node };
}

/**
 * Makes the npm package's folder: the program as JavaScript, and an npm-shrinkwrap.json, so that what a user's npm installs
 * is, to the digest, what was tested. Nothing in it depends on this machine.
 */
export function stagePackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const build = join(ROOT, 'scripts', 'build.ts');
  execFileSync(process.execPath, [build, '--out', join(folder, 'dist')], { stdio: 'inherit' });
  for (const name of PLAIN) cpSync(join(ROOT, name), join(folder, name));
  writeJson(join(folder, 'package.json'), withoutDevelopment(readJson('package.json') as Manifest));
  writeJson(join(folder, 'npm-shrinkwrap.json'), shrinkwrap(readJson('package-lock.json') as Lock));
}

/** A package.json or an entry of a lock without what only development needs. */
function withoutDevelopment(manifest: object): object {
  const left = new Set(['scripts', 'devDependencies', 'allowScripts']);
  return Object.fromEntries(Object.entries(manifest).filter(([key]) => !left.has(key)));
}

function shrinkwrap(lock: Lock): object {
  const packages = Object.entries(lock.packages)
    .filter(([, entry]) => entry.dev !== true)
    .map(([path, entry]) => [path, withoutDevelopment(entry)]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
