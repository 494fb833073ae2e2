import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TestIo } from '../../test/support/cli_io.ts';
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
async function run(t: TestContext, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-reload-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'sigel.yaml');
  const write = (text: string) => writeFileSync(file, text);
  write(CONFIG);
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
  const { io, write, says, ended } = await run(t);
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
  const { io, write, says, ended } = await run(t, '--watch-config');
  const look = () => t.mock.timers.tick(5_000);
  look();
  write(CONFIG.replace('NAME', 'other.*'));
  const said = await says(/the configuration was read again: \w+/, look);
  assert.equal(said, 'the configuration was read again: changed');
  io.interrupt();
  assert.equal(await ended, 0);
});
