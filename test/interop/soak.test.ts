import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureCollector } from './peers/collector_build.ts';
import { run } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : process.platform === 'linux' ? false : 'needs /proc';

test('two minutes of soak: memory is flat, handles and caches are bounded, nothing is lost', {
  skip,
}, async (t) => {
  const script = join(ROOT, 'test', 'soak', 'run.ts');
  const { code, stdout, stderr } = await run(process.execPath, [script, '--seconds', '120']);
  for (const line of stdout.trimEnd().split('\n')) t.diagnostic(line);
  assert.equal(code, 0, stderr);
});
