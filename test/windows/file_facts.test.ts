import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { windowsBench } from './peers/bench.ts';
import { ensureWindowsNode, NODE_22 } from './peers/node.ts';

const PROGRAM = fileURLToPath(new URL('programs/file_facts.ts', import.meta.url));
const result = await windowsBench();
const node = await ensureWindowsNode(NODE_22);
const skip = result.kind === 'missing' ? result.reason : node.kind === 'missing' ? node.reason : false;
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
});

test('a program on Windows reads what its own file says of itself', { skip }, async () => {
  assert.ok(result.kind === 'ready' && node.kind === 'ready');
  const { code, stdout, stderr } = await result.bench.runScript(PROGRAM, []);
  assert.equal(code, 0, stderr);
  const { first, again } = JSON.parse(stdout) as {
    first: { kind: string; facts: { version: Record<string, string>; digests: Record<string, string> } };
    again: string;
  };
  assert.deepEqual([first.kind, again], ['read', 'cached']);
  assert.equal(first.facts.version['originalFileName'], 'node.exe');
  assert.equal(first.facts.version['product'], 'Node.js');
  const digest = createHash('sha256').update(readFileSync(node.path)).digest('hex');
  assert.equal(first.facts.digests['sha256'], digest);
});
