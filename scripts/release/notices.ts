import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in which packages say their terms. */
const TERMS = /^(licen[cs]e|copying|notice|copyright)([.-].*)?$/i;

interface Installed {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly license?: string }>>;
}

/** A part of the release that others made, with the text of its terms. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly text: string;
}

/**
 * The notices of all packages that are installed in a folder, by name. Where a package brings no file of its terms the text is
 * empty: what stands is its SPDX expression.
 */
export function noticesOf(folder: string): Notice[] {
  const lock = join(folder, 'node_modules', '.package-lock.json');
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as Installed;
  return Object.entries(packages)
    .map(([path, { version = '', license = '' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
      text: termsIn(join(folder, path)),
    }))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** THIRD-PARTY-NOTICES.txt. */
export function noticesText(notices: readonly Notice[]): string {
  const head = `Sigel is under the Apache License, Version 2.0; see LICENSE. It is distributed with the work of others:\n`;
  const list = notices.map(({ name, version, license }) => `  ${name} ${version}  ${license}\n`).join('');
  const texts = notices.map(
    ({ name, version, license, text }) =>
      `${'='.repeat(100)}\n${name} ${version} (${license})\n\n${text === '' ? 'The package brings no text of its terms.\n' : text}\n`,
  );
  return `${head}\n${list}\n${texts.join('\n')}`;
}

function termsIn(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TERMS.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()}\n`)
    .join('\n');
}
