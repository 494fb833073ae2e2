import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, shortHash } from '../../interop/peers/cache.ts';
import { mayStillBuild, missing, type Peer } from '../../interop/peers/peer.ts';
import { run } from '../../interop/peers/process.ts';
import { ROOT } from '../../interop/shared_data.ts';

/** What of the checkout an installation holds, where it is there. */
const PARTS = ['src', 'receivers', 'processors', 'connectors', 'exporters', 'extensions', 'config'];
const ARGUMENTS = [
  'ci',
  '--os=win32',
  '--cpu=x64',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
];

/** The dependencies of package-lock.json as npm installs them on Windows; `path` is the node_modules. */
export async function ensureWindowsModules(): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const lock = shortHash(readFileSync(join(ROOT, 'package-lock.json')));
    const folder = await cached(`windows-modules-${lock}`, async (target) => {
      const may = mayStillBuild('the Windows dependencies');
      if (may !== true) refusal = may;
      if (refusal !== undefined) throw new Error('not made');
      for (const name of ['package.json', 'package-lock.json'])
        copyFileSync(join(ROOT, name), join(target, name));
      // npm's own settings of the script that runs the tests must not reach this one.
      const env = Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^npm_(command|lifecycle|package|execpath)/.test(name),
        ),
      );
      const { code, stderr } = await run('npm', ARGUMENTS, { cwd: target, env });
      if (code !== 0) throw new Error(`npm ci ended with ${code}:\n${stderr}`);
    });
    return { kind: 'ready', path: join(folder, 'node_modules') };
  } catch (error) {
    return refusal ?? missing(`the Windows dependencies could not be installed: ${String(error)}`);
  }
}

/**
 * A Windows installation of the checkout in a fresh folder: links to its parts (Wine shows them as plain
 * folders) beside the modules of {@link ensureWindowsModules}. Remove it with {@link unstage}.
 */
export function stage(modules: string, parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sigel-install-'));
  for (const part of PARTS)
    if (existsSync(join(ROOT, part))) symlinkSync(join(ROOT, part), join(folder, part));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(modules, join(folder, 'node_modules'));
  return folder;
}

/** Removes what {@link stage} made; the links, not what they lead to. */
export function unstage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
