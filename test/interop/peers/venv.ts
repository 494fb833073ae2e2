import { join } from 'node:path';
import { cached, shortHash } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { run } from './process.ts';
import { haveTool } from './tools.ts';

/**
 * A Python virtual environment in the cache that holds exactly these requirements (`name==version`).
 * @returns the path of its interpreter.
 */
export async function ensureVenv(name: string, requirements: readonly string[]): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`venv-${name}-${shortHash(requirements.join('\n'))}`, async (target) => {
      const may = mayStillBuild(`the Python environment ${name}`);
      if (may !== true) refusal = may;
      else if (!(await haveTool('python3'))) refusal = missing(`${name} needs Python 3 with venv`);
      if (refusal !== undefined) throw new Error('not built');
      await step('python3', ['-m', 'venv', target]);
      // Asked of the interpreter, since pip's own script names the folder it was made in, which is renamed.
      await step(join(target, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...requirements]);
    });
    return { kind: 'ready', path: join(folder, 'bin', 'python') };
  } catch (error) {
    return refusal ?? missing(`the Python environment ${name} could not be made: ${String(error)}`);
  }
}

async function step(command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}
