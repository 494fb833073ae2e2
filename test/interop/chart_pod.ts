import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from '../support/cli_io.ts';
import { replaying } from './chart_cases.ts';
import { type Helm, objectsOf } from './peers/helm.ts';
import { freePort } from './peers/ports.ts';
import { capture, exitCode, stop, until } from './peers/process.ts';
import { type Probe, start, templateOf } from './rendered_agent.ts';
import { ROOT } from './shared_data.ts';

/** An agent started as its rendered pod says, which kubelet's probes and hook then meet. `peers` is asked when the test runs. */
export function testPod(peers: () => { readonly helm: Helm; readonly folder: string }): void {
  test('an agent runs as it is rendered: probes, metrics, a rule and a list of the values, the preStop hook', async () => {
    const { helm, folder } = peers();
    const root = mkdtempSync(join(folder, 'root-'));
    const objects = objectsOf(await helm.template(replaying(root, await freePort(), await freePort())));
    const agent = objects.find(({ kind }) => kind === 'DaemonSet');
    assert.ok(agent !== undefined);
    const [container] = templateOf(agent).spec.containers;
    const { args, env } = start(agent, objects, root);
    const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts'), ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const log = capture(child.stderr);
    const ended = exitCode(child);
    const ask = async (path: string, name: string): Promise<Response | undefined> => {
      const port = container.ports.find((port) => port.name === name)?.containerPort;
      return fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    };
    const answers = async ({ httpGet }: Probe) => (await ask(httpGet.path, httpGet.port))?.status === 200;
    try {
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
        await until('kubelet finds it well', () => child.exitCode !== null || answers(probe));
      assert.equal(child.exitCode, null, log());
      const metrics = await ask('/metrics', 'metrics');
      assert.match((await metrics?.text()) ?? '', /^sigel_/m);
      const found = join(root, 'logs.ndjson');
      await until(
        'the rule fires',
        () => existsSync(found) && readFileSync(found, 'utf8').includes('A shell of our own'),
      );
      // The program itself is the first two words; on Windows the pipe has a name that needs no saying.
      const [, , ...hook] = container.lifecycle.preStop.exec.command;
      const drained = await runCli([...hook, '--endpoint', join(root, 'control.sock')]);
      assert.equal(drained.code, 0, drained.stderr);
      assert.equal(await ended, 0, log());
    } finally {
      await stop(child);
    }
  });
}
