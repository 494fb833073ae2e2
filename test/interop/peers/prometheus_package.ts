import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { answers } from './process.ts';

/** The version of Debian's package `prometheus`; another one of the same upstream version will do. */
const VERSION = '2.42.0';

/** The path of Prometheus' `promtool`, out of Debian's package, which is downloaded and not installed. */
export const ensurePromtool = (): Promise<Peer> => ensure('promtool');

/** The path of `prometheus`, out of the same package. */
export const ensurePrometheus = (): Promise<Peer> => ensure('prometheus');

async function ensure(program: string): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`prometheus-${VERSION}-${process.arch}`, async (target) => {
      const may = mayStillBuild(program);
      if (may !== true) refusal = may;
      else if (!(await answers('apt-get', ['--version'])) || !(await answers('dpkg', ['--version'])))
        refusal = missing(`${program} comes out of a package of Debian, and there is no apt-get`);
      if (refusal !== undefined) throw new Error('not fetched');
      await fetch(target);
    });
    return { kind: 'ready', path: join(folder, 'usr', 'bin', program) };
  } catch (error) {
    return refusal ?? missing(`${program} could not be had: ${String(error)}`);
  }
}

async function fetch(target: string): Promise<void> {
  await step('apt-get', ['download', '-q', 'prometheus'], target, process.env);
  const [file] = globSync('prometheus_*.deb', { cwd: target });
  if (file?.startsWith(`prometheus_${VERSION}`) !== true) throw new Error(`it is ${file}, not ${VERSION}`);
  await step('dpkg', ['-x', file, '.'], target, process.env);
  rmSync(join(target, file));
  for (const extra of ['usr/share', 'etc', 'lib', 'var'])
    rmSync(join(target, extra), { recursive: true, force: true });
}
