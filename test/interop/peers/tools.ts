import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from './cache.ts';
import { answers, run } from './process.ts';

/** What CI may install where it is missing: the program, how to ask whether it is there, Debian's packages. */
const TOOLS = {
  go: { command: 'go', test: ['version'], packages: ['golang-go', 'libc6-dev'] },
  gcc: { command: 'gcc', test: ['--version'], packages: ['gcc', 'libc6-dev'] },
  python3: { command: 'python3', test: ['-c', 'import venv, ensurepip'], packages: ['python3-venv'] },
  // The 64-bit loader itself, as the tests call it: the one in the path also wants a 32-bit Wine.
  wine: { command: '/usr/lib/wine/wine64', test: ['--version'], packages: ['wine64', 'wine'] },
  osslsigncode: { command: 'osslsigncode', test: ['--version'], packages: ['osslsigncode'] },
  mingw: {
    command: 'x86_64-w64-mingw32-gcc',
    test: ['--version'],
    packages: ['gcc-mingw-w64-x86-64'],
  },
  // Without a font it shows nothing.
  chromium: {
    command: '/usr/bin/chromium',
    test: ['--version'],
    packages: ['chromium', 'fonts-dejavu-core'],
  },
  // With the JDK that runs what it fetches.
  maven: { command: 'mvn', test: ['-v'], packages: ['maven', 'default-jre-headless', 'unzip'] },
  containerd: { command: 'containerd', test: ['--version'], packages: ['containerd', 'runc'] },
} as const;

/** A program that some peer is built or run with. */
export type Tool = keyof typeof TOOLS;

/** Whether a tool is here. In CI, as root, a missing one is installed with apt-get first. */
export async function haveTool(tool: Tool): Promise<boolean> {
  const { command, test, packages } = TOOLS[tool];
  if (await answers(command, test)) return true;
  if (!isCi() || process.getuid?.() !== 0) return false;
  process.stderr.write(`${tool} is missing: apt-get install ${packages.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await aptGet(env, ['update', '-q']);
    await aptGet(env, ['install', '-yq', '--no-install-recommends', ...packages]);
  } catch {
    return false;
  }
  return answers(command, test);
}

/** Suites run beside each other, and apt has locks: so each waits for the other. */
async function aptGet(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  const unlock = await lock(join(tmpdir(), 'sigel-interop-apt.lock'));
  try {
    await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { stdio: ['ignore', 2, 2], env });
  } finally {
    unlock();
  }
}

/** Whether this is a CI run, where nothing may be left out in silence. */
export function isCi(): boolean {
  const ci = process.env['CI'];
  return ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
}
