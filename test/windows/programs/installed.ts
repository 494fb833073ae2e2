import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A module of the installation that a program was given as its first argument: programs lie in the checkout,
 * whose own modules are for another system.
 */
export async function installed<M>(path: string): Promise<M> {
  const [, , folder = ''] = process.argv;
  return (await import(pathToFileURL(join(folder, path)).href)) as M;
}
