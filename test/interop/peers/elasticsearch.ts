import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { capture, run, stop, until } from './process.ts';

/** Nobody: Elasticsearch refuses to run as root. */
const NOBODY = '65534';
/** On a machine that does much else it takes minutes. */
const PATIENCE_MS = 6 * 60_000;

/** A running Elasticsearch of one node, without security. */
export interface Elasticsearch {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What it answers to a JSON request; rejects with what it says where that is an error. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Ends it and removes all it wrote. */
  dispose(): Promise<void>;
}

/** Unpacks the archive and starts it; rejects with its log when it does not come up. */
export async function startElasticsearch(archive: string): Promise<Elasticsearch> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-elasticsearch-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await must('unzip', ['-q', archive, '-d', folder]);
    const [name = ''] = readdirSync(folder);
    chmodSync(folder, 0o755);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await must('chown', ['-R', NOBODY, folder]);
    const port = await freePort();
    const child = launch(join(folder, name), isRoot, port, await freePort(), await javaHome());
    return await ready(child, `http://127.0.0.1:${port}`, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** Where Java lies that `java` starts; this archive brings none. */
async function javaHome(): Promise<string> {
  const { stderr } = await run('java', ['-XshowSettings:properties', '-version']);
  const home = /^\s*java\.home = (.*)$/m.exec(stderr)?.[1];
  if (home === undefined) throw new Error(`java does not say where it lies: ${stderr}`);
  return home;
}

function launch(home: string, isRoot: boolean, port: number, transport: number, java: string): ChildProcess {
  const settings = {
    'xpack.security.enabled': 'false',
    'discovery.type': 'single-node',
    'http.host': '127.0.0.1',
    'transport.host': '127.0.0.1',
    'http.port': port,
    'transport.port': transport,
    'node.store.allow_mmap': 'false',
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  const as = isRoot ? ['setpriv', `--reuid=${NOBODY}`, '--clear-groups'] : [];
  const [command = '', ...args] = [...as, join(home, 'bin', 'elasticsearch'), ...options];
  const heap = '-Xms512m -Xmx512m -XX:TieredStopAtLevel=1';
  const env = { ...process.env, HOME: home, ES_JAVA_HOME: java, ES_JAVA_OPTS: heap };
  return spawn(command, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'], env });
}

async function ready(child: ChildProcess, url: string, remove: () => void): Promise<Elasticsearch> {
  const log = capture(child.stdout);
  const errors = capture(child.stderr);
  const dispose = async () => {
    await stop(child);
    remove();
  };
  try {
    await until(
      'Elasticsearch is ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
        return fetch(`${url}/_cluster/health`).then(
          (answer) => answer.ok,
          () => false,
        );
      },
      PATIENCE_MS,
    );
  } catch (error) {
    await dispose();
    throw new Error(`${String(error)}\n${log()}${errors()}`, { cause: error });
  }
  return { url, dispose, ask: (method, path, body) => ask(url, method, path, body) };
}

async function ask(url: string, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}
