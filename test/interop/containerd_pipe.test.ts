import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { windowsBench } from '../windows/peers/bench.ts';

// The client of containerd as Windows code over a named pipe: node.exe under Wine. Wine's pipes are not Windows'.

const PROGRAM = fileURLToPath(new URL('peers/containerd_pipe_program.ts', import.meta.url));
const result = await windowsBench();
const skip = result.kind === 'missing' ? result.reason : false;
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
});

test('over a named pipe: absent, there, killed, there again', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const { code, stdout, stderr } = await result.bench.runScript(PROGRAM, []);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    absent: 'lost',
    said: ['synced', 'create web', 'task web', 'start web', 'lost', 'exit web', 'delete web', 'synced'],
    pod: 'web-1',
  });
});
