import { answers, run } from './process.ts';

/** What CI may install where it is missing: the program, how to ask whether it is there, Debian's package. */
const TOOLS = {
  go: { test: ['version'], package: 'golang-go' },
  gcc: { test: ['--version'], package: 'gcc' },
  python3: { test: ['-c', 'import venv, ensurepip'], package: 'python3-venv' },
} as const;

/** A program that some peer is built or run with. */
export type Tool = keyof typeof TOOLS;

/** Whether a tool is here. In CI, as root, a missing one is installed with apt-get first. */
export async function haveTool(tool: Tool): Promise<boolean> {
  const { test, package: name } = TOOLS[tool];
  if (await answers(tool, test)) return true;
  if (!isCi() || process.getuid?.() !== 0) return false;
  process.stderr.write(`${tool} is missing: apt-get install ${name}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { stdio: ['ignore', 2, 2], env });
    await run('apt-get', ['install', '-yq', '--no-install-recommends', name, 'libc6-dev'], {
      stdio: ['ignore', 2, 2],
      env,
    });
  } catch {
    return false;
  }
  return answers(tool, test);
}

/** Whether this is a CI run, where nothing may be left out in silence. */
export function isCi(): boolean {
  const ci = process.env['CI'];
  return ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
}
