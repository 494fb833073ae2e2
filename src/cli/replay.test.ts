import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { recordsOf } from '../../test/interop/otlp_json.ts';
import { runCli } from '../../test/support/cli_io.ts';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { folderOf, signatureText } from '../../test/support/signature_files.ts';

const DEMO = fileURLToPath(new URL('../../config/demo/shop_attack.etl.gz', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigel-replay-'));
after(() => rmSync(folder, { recursive: true }));

test('the table tells the demo’s story, counts the events and ends with the ledger', async () => {
  const { code, stdout, stderr } = await runCli(['replay', DEMO, '--containers', 'no']);
  assert.equal(code, 0, stderr);
  for (const wanted of [
    /process\.start +w3wp\.exe \(\d+\) s\d+ .*cmd\.exe/,
    /powershell\.exe.*-EncodedCommand|powershell\.exe -NoProfile/,
    /file\.create +powershell\.exe .*shop-updater\.exe/,
    /network\.connect +shop-updater\.exe .* -> 192\.0\.2\.77:3333/,
    /process\.start .*tor\.exe/,
    /\d+ records, \d+ kinds of events:/,
  ]) {
    assert.match(stdout, wanted);
  }
  assert.match(stderr, /reading .*shop_attack\.etl\.gz .*windows_build=20348/);
  assert.match(stderr, /receiver etl +read (\d+) = emitted/);
});

for (const [title, args, host] of [
  ['is the one that the journal of its containers names', [], 'node-1'],
  ['is not known without a journal', ['--containers', 'no'], undefined],
] as const)
  test(`the host of a trace ${title}`, async () => {
    const command = [MAIN, 'replay', DEMO, '--format', 'json', ...args];
    const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 64 << 20 });
    const records = stdout
      .trimEnd()
      .split('\n')
      .flatMap((line) => Array.from(recordsOf(JSON.parse(line))));
    assert.deepEqual(new Set(records.map(({ resource }) => resource['host.name'])), new Set([host]));
  });

test('--limit cuts the table and says so', async () => {
  const { stdout } = await runCli(['replay', DEMO, '--limit', '3']);
  assert.equal(stdout.split('\n').filter((line) => line.startsWith('09:15:')).length, 3);
  assert.match(stdout, /and \d+ more lines/);
});

test('--format json prints OTLP JSON lines, as many records as the ledger says', async () => {
  const ledger = join(folder, 'ledger.json');
  // A process of its own: the file exporter's `-` is the process's stdout.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [MAIN, 'replay', DEMO, '--containers', 'no', '--format', 'json', '--ledger', ledger],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  let records = 0;
  for (const line of stdout.trim().split('\n')) {
    const { resourceLogs } = JSON.parse(line) as {
      resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[];
    };
    for (const { scopeLogs } of resourceLogs)
      for (const { logRecords } of scopeLogs) records += logRecords.length;
  }
  const written = JSON.parse(readFileSync(ledger, 'utf8')) as {
    balanced: boolean;
    accounts: { kind: string; emitted: number; delivered: number }[];
  };
  assert.equal(written.balanced, true);
  assert.equal(written.accounts.find(({ kind }) => kind === 'receiver')?.emitted, records);
  assert.equal(written.accounts.find(({ kind }) => kind === 'exporter')?.delivered, records);
});

test('a file that cannot be read is an error, the others are read', async () => {
  const broken = join(folder, 'broken.etl');
  writeFileSync(broken, 'no trace');
  const { code, stdout, stderr } = await runCli(['replay', broken, DEMO]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot read .*broken\.etl: not an ETW trace/);
  assert.match(stdout, /records, \d+ kinds/);
});

for (const { args, says } of [
  { args: [], says: /name at least one trace file/ },
  { args: [DEMO, '--format', 'xml'], says: /--format is table or json, not 'xml'/ },
  { args: [DEMO, '--compression', 'zip'], says: /--compression is gzip or none/ },
  { args: [DEMO, '--signals', 'metrics'], says: /--signals is logs, traces or logs,traces, not 'metrics'/ },
  { args: [DEMO, '--limit', '-1'], says: /--limit/ },
  { args: [DEMO, '--frmat', 'json'], says: /Unknown option '--frmat'/ },
]) {
  test(`wrong usage: ${args.slice(1).join(' ') || 'no file'}`, async () => {
    const { code, stderr } = await runCli(['replay', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });
}

for (const { args, takes } of [
  { args: [], takes: ['logs', 'traces'] },
  { args: ['--signals', 'logs'], takes: ['logs'] },
  { args: ['--signals', 'traces'], takes: ['traces'] },
] as const) {
  test(`--otlp ${args.join(' ')} sends ${takes.join(' and ')}`, async (t) => {
    const peer = await OtlpServer.start();
    t.after(() => peer.stop());
    const { code, stderr } = await runCli(['replay', DEMO, '--otlp', peer.endpoint, ...args]);
    assert.equal(code, 0, stderr);
    const [logs, spans] = [peer.logs(), peer.spans()];
    assert.deepEqual([logs.length > 0 && 'logs', spans.length > 0 && 'traces'].filter(Boolean), [...takes]);
    if (args.length > 0) return;
    // What a record is said to belong to is there.
    const ids = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    const started = logs.filter(({ eventName }) => eventName === 'process.start');
    assert.ok(started.length > 0);
    for (const { traceId, spanId } of started) assert.ok(ids.has(`${traceId} ${spanId}`));
  });
}

test('--rules matches the trace against Sigma rules; rules that cannot be loaded end it before it begins', async () => {
  const rules = join(folder, 'rules.yml');
  writeFileSync(
    rules,
    'title: Never\nlogsource: {product: windows, category: process_creation}\ndetection: {a: {Image: never}, condition: a}\n',
  );
  const { code, stderr } = await runCli(['replay', DEMO, '--rules', rules]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /processor signature \(logs\) +in (\d+) = emitted \1/);
  const none = await runCli(['replay', DEMO, '--rules', join(folder, 'none.yml')]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /none\.yml: no such file/);
});

test('--signatures runs those of a folder; one that others may write to ends it before it begins', async () => {
  const create = `const seen = new Set();
  return {
    onEvent(record) { if (record.attributes['process.executable.name'] === 'tor.exe') context.emit(); seen.add(record); },
    onSignal() { for (const record of seen) { context.emit({ record, data: { of: seen.size } }); return; } },
  };`;
  const signatures = folderOf({ 'one.ts': signatureText('one', create) });
  const { code, stdout, stderr } = await runCli(['replay', DEMO, '--signatures', signatures]);
  assert.equal(code, 0, stderr);
  const detections = stdout.slice(stdout.indexOf('2 detections:'));
  assert.match(detections, /high +The one +shop-web-6d5f8b7c9d-x2x7p +tor\.exe/);
  chmodSync(signatures, 0o777);
  const unsafe = await runCli(['replay', DEMO, '--signatures', signatures]);
  assert.equal(unsafe.code, 1);
  assert.match(unsafe.stderr, /can be written by others/);
});
