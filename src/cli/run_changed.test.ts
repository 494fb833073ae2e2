import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCli, TestIo } from '../../test/support/cli_io.ts';
import { dispatch } from './dispatch.ts';

/** A service that waits for a containerd that never comes. */
const CONFIG = `extensions: { containerd: { endpoint: unix:///no/such.sock } }
receivers: { containerd: }
processors: { filter: { exclude: [{ event_names: [NAME] }] } }
exporters: { file: { path: '-' } }
service:
  extensions: [containerd]
  pipelines: { logs: { receivers: [containerd], processors: [filter], exporters: [file] } }
`;

/** `sigel --config FILE`, and what it says. */
async function run(t: TestContext, config: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'sigel.yaml');
  const write = (text: string) => writeFileSync(file, text);
  write(config);
  const io = new TestIo();
  let said = '';
  io.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = dispatch(['--config', file, ...args], io);
  const says = async (pattern: RegExp, before?: () => void) => {
    for (let turns = 0; !pattern.test(said); turns++) {
      assert.ok(turns < 1_000_000, said);
      before?.();
      await new Promise(setImmediate);
    }
    const [found = ''] = pattern.exec(said) ?? [];
    said = '';
    return found;
  };
  t.after(() => io.interrupt());
  await says(/everything is running/);
  return { io, write, says, ended };
}

test('SIGHUP reads the configuration again: what is wrong is refused, what is right runs', async (t) => {
  const { io, write, says, ended } = await run(t, CONFIG);
  write(CONFIG.replace('exclude', 'exlude'));
  io.hangUp();
  await says(
    /is refused: the one before runs on[^]*sigel\.yaml:3:25: processors::filter has no key "exlude"/,
  );
  write(CONFIG.replace('NAME', 'other.*'));
  io.hangUp();
  await says(/the configuration was read again: changed hash=[0-9a-f]{64}/);
  io.interrupt();
  assert.equal(await ended, 0);
});

test('--watch-config reads it again when it has changed, and says nothing while it has not', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { io, write, says, ended } = await run(t, CONFIG, '--watch-config');
  const look = () => t.mock.timers.tick(5_000);
  look();
  write(CONFIG.replace('NAME', 'other.*'));
  const said = await says(/the configuration was read again: \w+/, look);
  assert.equal(said, 'the configuration was read again: changed');
  io.interrupt();
  assert.equal(await ended, 0);
});

test('the control extension: sigel reload and sigel drain, to the end of the run', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-control-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const endpoint = join(folder, 'own', 'control.sock');
  const controlled = CONFIG.replace(
    'extensions: {',
    `extensions: { control: { endpoint: ${endpoint} },`,
  ).replace('extensions: [', 'extensions: [control, ');
  const { write, ended } = await run(t, controlled);
  const ask = async (...args: readonly string[]) => {
    const { code, stderr } = await runCli([...args, '--endpoint', endpoint]);
    return [code, stderr] as const;
  };
  write(controlled.replace('exclude', 'exlude'));
  const [code, text] = await ask('reload');
  assert.equal(code, 1);
  assert.match(text, /^refused\n.*sigel\.yaml:3:25: processors::filter has no key "exlude"/);
  write(controlled);
  assert.deepEqual(await ask('reload'), [0, 'unchanged\n']);
  assert.deepEqual(await ask('drain'), [0, 'drained: 0 records dropped, 0 left on disk\n']);
  assert.equal(await ended, 0);
});
