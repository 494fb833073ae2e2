import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, shortHash } from '../../interop/peers/cache.ts';
import { mayStillBuild, missing, type Peer } from '../../interop/peers/peer.ts';
import { type Ended, run } from '../../interop/peers/process.ts';
import { haveTool } from '../../interop/peers/tools.ts';
import { startProgram, type WindowsProcess } from './windows_process.ts';

/** The loader itself: the script in the path looks for a 32-bit Wine, too, and adds a process between. */
const LOADER = '/usr/lib/wine/wine64';
/** Changes when the prefix is made differently. */
const RECIPE = 'win10-1';

/** How a Windows program is run. */
export interface ProgramOptions {
  /** Beside what the prefix needs; values as the program shall see them. */
  readonly env?: Readonly<Record<string, string>>;
  /** A Unix path. */
  readonly cwd?: string;
  /** Ended by force after this long, ms. Default 120,000. */
  readonly patience?: number;
}

/** A Wine prefix that says Windows 10, from the cache or made now (10 s, 700 MB); `path` is its folder. */
export async function ensureWine(): Promise<Peer> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return missing('Wine runs on x64 Linux');
  let refusal: Peer | undefined;
  try {
    if (!existsSync(LOADER) && !(await haveTool('wine'))) return missing('Wine (64-bit) is not installed');
    const version = (await run(LOADER, ['--version'])).stdout.trim();
    const folder = await cached(`wine-${shortHash(`${version} ${RECIPE}`)}`, async (target) => {
      const may = mayStillBuild('the Wine prefix');
      if (may !== true) refusal = may;
      if (refusal !== undefined) throw new Error('not made');
      await makePrefix(join(target, 'prefix'));
    });
    return { kind: 'ready', path: join(folder, 'prefix') };
  } catch (error) {
    return refusal ?? missing(`the Wine prefix could not be made: ${String(error)}`);
  }
}

async function makePrefix(prefix: string): Promise<void> {
  process.stderr.write('making a Wine prefix once (kept in the cache)\n');
  for (const args of [
    ['wineboot', '-i'],
    ['winecfg', '-v', 'win10'],
  ])
    await step(LOADER, args, prefix);
  // Until the server has written the registry and gone, the folder must keep its name.
  await step('/usr/lib/wine/wineserver64', ['-w'], prefix);
}

async function step(command: string, args: readonly string[], prefix: string): Promise<void> {
  const { code } = await run(command, args, { stdio: 'ignore', env: wineEnvironment(prefix) });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

/**
 * Windows programs in one prefix. Wine's server ends by itself when the last of them has: nothing here ends
 * it, since other tests may share the prefix.
 */
export class Wine {
  readonly #prefix: string;

  /** `prefix` is the path of {@link ensureWine}. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Starts a program (a Unix path, or a Windows one with its drive); `args` as it shall see them, see {@link windowsPath}. */
  start(program: string, args: readonly string[], options: ProgramOptions = {}): WindowsProcess {
    const env = { ...wineEnvironment(this.#prefix), ...options.env };
    const path = program.startsWith('/') ? windowsPath(program) : program;
    return startProgram(LOADER, [path, ...args], {
      env,
      cwd: options.cwd,
      patience: options.patience ?? 120_000,
    });
  }

  /** Runs a program to its end. */
  run(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
    return this.start(program, args, options).ended;
  }
}

/** An absolute Unix path as Windows programs see it: on Z:, the root of the file system. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(LANG === undefined ? {} : { LANG }),
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
    DISPLAY: '',
  };
}
