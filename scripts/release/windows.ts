import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeExe } from './node_exe.ts';
import { noticesOf, noticesText } from './notices.ts';
import { npm } from './npm.ts';
import { sbomOf, withNode } from './sbom.ts';
import { filesOf, settleTimes } from './tree.ts';

/** Starts the program with the node.exe beside it, wherever the folder lies. */
const SIGEL_CMD = '@"%~dp0node.exe" "%~dp0dist\\src\\main.js" %*\r\n';

/** What is of use to compilers and debuggers only; Node.js loads no TypeScript from node_modules. */
const NOT_RUN = /(\.map|\.d\.[cm]?ts|\.ts)$/;

/** Where npm installs for another machine than this one. Nothing is run: koffi brings its library compiled. */
const INSTALL = [
  'ci',
  '--os=win32',
  '--cpu=x64',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
];

/**
 * Makes the folder that the Windows zip and the Windows image hold, out of a staged package: its modules, node.exe,
 * sigel.cmd and install.ps1 beside the program, what all that is made of and its terms.
 */
export function stageWindows(folder: string, staged: string, node: NodeExe): void {
  cpSync(staged, folder, { recursive: true });
  npm(INSTALL, folder);
  const sbom = withNode(sbomOf(folder), node.version, node.digest);
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesText([node.notice, ...noticesOf(folder)]));
  writeFileSync(join(folder, 'node.exe'), node.bytes);
  writeFileSync(join(folder, 'sigel.cmd'), SIGEL_CMD);
  cpSync(join(import.meta.dirname, 'install.ps1'), join(folder, 'install.ps1'));
  for (const name of filesOf(folder)) if (NOT_RUN.test(name)) rmSync(join(folder, name));
  settleTimes(folder);
}
