import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, shortHash } from '../../interop/peers/cache.ts';
import { missing, type Peer } from '../../interop/peers/peer.ts';
import { run } from '../../interop/peers/process.ts';
import { haveTool } from '../../interop/peers/tools.ts';

const COMPILER = 'x86_64-w64-mingw32-gcc';
const WARNINGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];

/** A program or DLL to be built for 64-bit Windows. */
export interface Build {
  /** File name of the result: `.dll` makes a DLL. */
  readonly output: string;
  /** Holds the sources and whatever they include. */
  readonly folder: string;
  /** The C files; default: all of the folder. */
  readonly sources?: readonly string[];
  readonly defines?: readonly string[];
  readonly flags?: readonly string[];
  readonly libraries?: readonly string[];
  /** Headers made for this build: name and text. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Builds with mingw-w64 into the cache, once for each content; `path` is the result. */
export async function ensureBuilt(build: Build): Promise<Peer> {
  const { folder, output, defines = [], flags = [], libraries = [], headers = {} } = build;
  const files = readdirSync(folder)
    .filter((name) => /\.(c|h|def)$/.test(name))
    .sort();
  const sources = build.sources ?? files.filter((name) => name.endsWith('.c'));
  const shared = output.endsWith('.dll') ? ['-shared'] : [];
  const args = [...WARNINGS, ...flags, ...shared, ...defines.map((define) => `-D${define}`), ...sources];
  const texts = files.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
  const key = shortHash(JSON.stringify([args, libraries, headers, texts]));
  try {
    if (!(await haveTool('mingw'))) return missing('mingw-w64 (x86_64-w64-mingw32-gcc) is not installed');
    const made = await cached(`mingw-${output}-${key}`, async (target) => {
      for (const [name, text] of Object.entries(headers)) writeFileSync(join(target, name), text);
      const { code, stderr } = await run(
        COMPILER,
        [...args, `-I${target}`, '-o', join(target, output), ...libraries.map((name) => `-l${name}`)],
        { cwd: folder },
      );
      if (code !== 0) throw new Error(`${COMPILER} ended with ${code}:\n${stderr}`);
    });
    return { kind: 'ready', path: join(made, output) };
  } catch (error) {
    return missing(`${output} could not be built: ${String(error)}`);
  }
}
