import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../interop/peers/process.ts';
import { windowsBench } from './peers/bench.ts';
import { windowsPath } from './peers/wine.ts';

// What signals do elsewhere: `sigel reload` and `sigel drain` over a named pipe that koffi makes private.

const windows = await windowsBench();
const skip = windows.kind === 'missing' ? windows.reason : false;
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

const CONFIG = `
extensions: { control: , containerd: { endpoint: 'npipe:////./pipe/sigel-no-containerd' } }
receivers: { containerd: }
processors: { filter: { exclude: [{ event_names: [NAME] }] } }
exporters: { file: { path: '-' } }
service:
  extensions: [control, containerd]
  pipelines: { logs: { receivers: [containerd], processors: [filter], exporters: [file] } }
`;

test('an agent is asked over its pipe: a wrong configuration is refused, draining ends it', {
  skip,
}, async (t) => {
  assert.ok(windows.kind === 'ready');
  const { bench } = windows;
  const folder = mkdtempSync(join(tmpdir(), 'sigel-control-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'sigel.yaml');
  writeFileSync(file, CONFIG);
  const run = bench.startSigel(['--config', windowsPath(file)], {});
  t.after(() => run.kill());
  await until('the agent can be asked', () => run.stderr().includes('the agent can be asked'));
  assert.doesNotMatch(run.stderr(), /cannot be asked/);
  await until('everything is running', () => run.stderr().includes('everything is running'));
  writeFileSync(file, CONFIG.replace('exclude', 'exlude'));
  const refused = await bench.startSigel(['reload'], {}).ended;
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /^refused\n.*has no key "exlude"/);
  const drained = await bench.startSigel(['drain', '--wait', '30s'], {}).ended;
  assert.deepEqual([drained.code, drained.stderr], [0, 'drained: 0 records dropped, 0 left on disk\n']);
  assert.equal((await run.ended).code, 0);
});
