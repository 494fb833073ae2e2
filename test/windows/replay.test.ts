import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cacheRoot } from '../interop/peers/cache.ts';
import { NO_TRACES, ROOT, tracePath } from '../interop/shared_data.ts';
import { sigel } from '../interop/sigel.ts';
import { policyWasm } from '../support/policy_wasm.ts';
import { folderOf, signatureText } from '../support/signature_files.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { NODE_22, NODE_24 } from './peers/node.ts';
import { windowsPath } from './peers/wine.ts';

const DEMO = join(ROOT, 'config', 'demo', 'shop_attack.etl.gz');

/** Of Windows 7 to Server 2022: kernel and manifest events, TraceLogging, compressed and plain. */
const RECORDED = ['kernel-network-w7', 'amsi-tl-w10', 'dynamic-ws22-xpress'];

/** A policy that matches the end of any process. */
const POLICY = policyWasm({
  'p/match': { says: true },
  'p/selected_events': { says: [{ name: 'process.exit' }] },
  'p/__rego_metadoc__': { says: { id: 'P', name: 'Every exit', properties: { level: 'low' } } },
});

const benches: WindowsBench[] = [];
after(() => {
  for (const bench of benches) bench.dispose();
});

for (const version of [NODE_22, NODE_24] as const) {
  const result = await windowsBench(version);
  if (result.kind === 'ready') benches.push(result.bench);
  const skip = result.kind === 'missing' ? result.reason : false;
  const bench = () => (result.kind === 'ready' ? result.bench : assert.fail('no bench'));

  test(`node.exe ${version}: sigel --version`, { skip }, async () => {
    const [here, there] = await Promise.all([sigel(['--version']), bench().sigel(['--version'])]);
    assert.deepEqual([there.code, there.stdout], [here.code, here.stdout], there.stderr);
  });

  // The older one has all traces, the newer one the demo: what differs between them is not the decoder.
  for (const [title, trace, absent] of [
    ['the demo', DEMO, false],
    ...(version === NODE_22 ? RECORDED.map((id) => [id, tracePath(id), NO_TRACES] as const) : []),
  ] as const) {
    test(`node.exe ${version}: a replay of ${title} is the same, byte for byte`, {
      skip: skip || absent,
    }, async () => {
      const [here, there] = await Promise.all([
        sigel(['replay', trace, '--format', 'json']),
        bench().sigel(['replay', windowsPath(trace), '--format', 'json']),
      ]);
      assert.equal(there.code, 0, there.stderr);
      assert.ok(here.stdout.length > 10_000);
      assert.ok(here.stdout === there.stdout, firstDifference(here.stdout, there.stdout));
    });
  }

  test(`node.exe ${version}: signatures in TypeScript and a policy run in their thread`, {
    skip,
  }, async () => {
    const create = `return { onEvent(record: import('sigel/signature').SignatureRecord) {
      if (record.attributes['process.executable.name'] === 'tor.exe') context.emit();
    } };`;
    const hangs = signatureText('hangs', 'return { onEvent() { for (;;); } };', "events: ['dns.*'],");
    const files = { 'tor.ts': signatureText('tor', create), 'hangs.ts': hangs, 'p.wasm': POLICY };
    const replay = (folder: string) =>
      bench().sigel(['replay', windowsPath(DEMO), '--signatures', windowsPath(folder)]);
    // Wine makes access lists of mode bits, and has none for a sticky folder.
    const shared = folderOf(files);
    chmodSync(shared, 0o777);
    const unsafe = await replay(shared);
    assert.equal(unsafe.code, 1);
    assert.match(unsafe.stderr, /can be written by S-1-1-0/);
    const { code, stdout, stderr } = await replay(folderOf(files, cacheRoot()));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /high +The tor +shop-web-6d5f8b7c9d-x2x7p +tor\.exe/);
    assert.match(stdout, /low +Every exit/);
    assert.match(stderr, /a signature does not run any more.*hangs\.ts/);
  });
}

/** Where two outputs part, with what stands there. */
function firstDifference(here: string, there: string): string {
  let at = 0;
  while (at < here.length && here[at] === there[at]) at++;
  const show = (text: string) => text.slice(Math.max(0, at - 100), at + 100);
  return `they part at ${at} of ${here.length} and ${there.length}:\n${show(here)}\n----\n${show(there)}`;
}
