import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeExe } from './node_exe.ts';
import { npm } from './npm.ts';
import { stagePackage, versions } from './package.ts';
import { sbomOf } from './sbom.ts';
import { contentsOf, filesOf, sha256 } from './tree.ts';
import { stageWindows } from './windows.ts';
import { writeZip } from './zip.ts';

/**
 * Makes a release in a folder, which is emptied first: the npm package and its bill of materials, the zip for Windows, what
 * that holds as a folder (`windows`, for the image), SHA256SUMS. The same bytes whenever and wherever it is made with
 * the same Node.js and npm. Returns the digests, a line each; throws when a step fails.
 */
export function makeRelease(out: string, node: NodeExe): string {
  const { version } = versions();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'sigel-release-'));
  try {
    const staged = join(work, 'package');
    stagePackage(staged);
    npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', out], staged);
    const sbom = `${JSON.stringify(sbomOf(staged, { lockOnly: true }), null, 2)}\n`;
    writeFileSync(join(out, `sigel-${version}.cdx.json`), sbom);
    stageWindows(join(out, 'windows'), staged, node);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  writeFileSync(join(out, `sigel-${version}-windows-x64.zip`), writeZip(contentsOf(join(out, 'windows'))));
  const digests = filesOf(out)
    .filter((file) => !file.includes('/'))
    .map((file) => `${sha256(readFileSync(join(out, file)))}  ${file}\n`)
    .join('');
  writeFileSync(join(out, 'SHA256SUMS'), digests);
  return digests;
}
