import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

/** A program of a published Go module that is built once. */
export interface GoProgram {
  readonly name: string;
  readonly version: string;
  /** About how long that takes, for a person. */
  readonly takes: string;
  /** Puts the program at `program`; `work` is a folder that is there for the time of the build alone. */
  readonly build: (program: string, work: string) => Promise<void>;
}

/** The path of a program, from the cache or built now; or why it cannot be had. */
export async function ensureGoProgram({ name, version, takes, build }: GoProgram): Promise<Peer> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`${name}-${version}-${process.platform}-${process.arch}`, async (target) => {
      const may = mayStillBuild(name);
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing(`${name} needs Go to be built`);
      if (refusal !== undefined) throw new Error('not built');
      const began = Date.now();
      const work = join(target, 'work');
      mkdirSync(work);
      say(`building ${name} ${version} once (${takes}; kept in the cache)`);
      await build(join(target, file), work);
      rmSync(work, { recursive: true, force: true });
      say(`built ${name} in ${Math.round((Date.now() - began) / 1000)} s`);
    });
    return { kind: 'ready', path: join(folder, file) };
  } catch (error) {
    return refusal ?? missing(`${name} could not be built: ${String(error)}`);
  }
}
