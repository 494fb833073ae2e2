import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { npm } from '../../scripts/release/npm.ts';
import { stagePackage } from '../../scripts/release/package.ts';
import { blocksOf, commandsOf } from '../support/documents.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { ensureOldestNode } from './peers/node_builds.ts';
import { freePort } from './peers/ports.ts';
import { capture, stop, until } from './peers/process.ts';

// docs/quick-start.md as a reader of it goes through it: an empty folder, the package, the oldest Node.js, a real Collector.

const collector = await ensureCollector();
const node = await ensureOldestNode();
const absent = [collector, node].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;

const root = mkdtempSync(join(tmpdir(), 'sigel-reader-'));
const home = join(root, 'home');
const servers: ChildProcess[] = [];
after(async () => {
  await Promise.all(servers.map((child) => stop(child)));
  rmSync(root, { recursive: true });
});

/** What finds `node` (the oldest), `otelcol-contrib`, what npm installs, and the system's own programs. */
function environment(nodePath: string, collectorPath: string): NodeJS.ProcessEnv {
  const programs = join(root, 'programs');
  const global = join(root, 'global');
  mkdirSync(programs);
  symlinkSync(collectorPath, join(programs, 'otelcol-contrib'));
  const path = [join(nodePath, 'bin'), programs, join(global, 'bin'), process.env['PATH']];
  return {
    HOME: process.env['HOME'],
    PATH: path.join(delimiter),
    npm_config_prefix: global,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}

function makePackage(): void {
  const staged = join(root, 'package');
  stagePackage(staged);
  npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', home], staged);
}

async function serve(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  // exec: the shell itself becomes the program, which can be ended then.
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: home,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  servers.push(child);
  const log = capture(child.stderr);
  await until('the Collector is ready', () => log().includes('Everything is ready'));
}

const written = join(home, 'sigel-logs.jsonl');
const hasDetections = () => existsSync(written) && readFileSync(written, 'utf8').includes('sigel.detection');

test('from the package to detections in a real Collector, by the documented commands', {
  skip,
}, async (t) => {
  assert.ok(collector.kind === 'ready' && node.kind === 'ready');
  mkdirSync(home);
  makePackage();
  const env = environment(node.path, collector.path);
  const port = await freePort();
  const began = performance.now();
  let detected: number | undefined;
  for (const block of blocksOf('docs/quick-start.md')) {
    const text = block.text.replaceAll(':4317', `:${port}`);
    const [, name] = /^# (\S+\.ya?ml)\n/.exec(text) ?? [];
    if (block.language === 'yaml' && name !== undefined) writeFileSync(join(home, name), text);
    if (block.language !== 'sh') continue;
    for (const command of commandsOf({ ...block, text })) {
      // The way through a checkout is what CI itself goes.
      if (command === 'npm ci' || command === 'npm start') continue;
      if (command.startsWith('otelcol')) await serve(command, env);
      else execFileSync('sh', ['-c', command], { cwd: home, env, stdio: 'pipe', maxBuffer: 1 << 26 });
      if (!command.includes('--otlp')) continue;
      await until('the Collector has written the detections', hasDetections);
      detected = (performance.now() - began) / 1000;
    }
  }
  assert.ok(detected !== undefined);
  t.diagnostic(`installed, and detections in the Collector, after ${detected.toFixed(1)} s`);
});
