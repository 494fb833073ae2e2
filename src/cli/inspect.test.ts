import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../test/support/cli_io.ts';

const DEMO = fileURLToPath(new URL('../../config/demo/shop_attack.etl.gz', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigel-inspect-'));
after(() => rmSync(folder, { recursive: true }));
const broken = join(folder, 'broken.etl');
writeFileSync(broken, new Uint8Array(100));

test('--json has an entry per file, also for one that cannot be read', async () => {
  const { code, stdout, stderr } = await runCli(['inspect', '--json', DEMO, broken]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot read .*broken\.etl/);
  const { files } = JSON.parse(stdout) as { files: Record<string, unknown>[] };
  const [demo, bad] = files;
  assert.equal(files.length, 2);
  assert.deepEqual(
    { ...demo, events: 0, decoded: 0, buffers: 0, end: '', by_event: [] },
    {
      path: DEMO,
      logger: 'Sigel',
      os_build: 20348,
      clock: 'qpc',
      pointer_size: 8,
      cpus: 4,
      buffers: 0,
      events: 0,
      decoded: 0,
      lost_events: 0,
      lost_buffers: 0,
      start: '2026-03-02T09:15:00.0000000Z',
      end: '',
      errors: [],
      by_event: [],
    },
  );
  const rows = demo?.['by_event'] as {
    kind: string;
    provider_name: string;
    id: number;
    count: number;
    decoded: number;
    event?: string;
  }[];
  assert.equal(
    rows.reduce((sum, row) => sum + row.count, 0),
    demo?.['events'],
  );
  const starts = rows.find((row) => row.provider_name === 'Microsoft-Windows-Kernel-Process' && row.id === 1);
  assert.ok(starts !== undefined && starts.kind === 'event' && starts.decoded === starts.count);
  assert.ok(rows.some((row) => row.kind === 'tracelogging' && row.event === 'OrderPlaced'));
  assert.deepEqual(bad?.['errors'], [
    'not an ETW trace: a buffer says it is 0 bytes long, shorter than its header (72)',
  ]);
});

test('--events prints a JSON line per event, in order of time, of the provider asked for', async () => {
  const { code, stdout } = await runCli([
    'inspect',
    '--events',
    '--provider',
    'microsoft-windows-dns-client',
    '--limit',
    '4',
    DEMO,
  ]);
  assert.equal(code, 0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.length, 4);
  for (const line of lines) {
    assert.equal(line['provider'], '1c95126e-7eea-49a9-a3fe-a378b03ddb4d');
    assert.match(String(line['time']), /^2026-03-02T09:15:\d\d\.\d{7}Z$/);
    assert.equal(typeof (line['data'] as Record<string, unknown>)['QueryName'], 'string');
  }
  const times = lines.map((line) => String(line['time']));
  assert.deepEqual(times, times.toSorted());
});

test('for a person: who recorded it, when, and which events', async () => {
  const { code, stdout } = await runCli(['inspect', DEMO]);
  assert.equal(code, 0);
  assert.match(stdout, /recorded on +Windows build 20348, 4 processors, 64-bit, qpc clock/);
  assert.match(stdout, /100% +Microsoft-Windows-Kernel-Process id 1 v3 \(event\)/);
});

for (const { args, says } of [
  { args: [], says: /name at least one trace file/ },
  { args: ['--json', '--events', DEMO], says: /exclude each other/ },
  { args: ['--limit', '3', DEMO], says: /go with --events/ },
  { args: ['--events', '--limit', 'x', DEMO], says: /--limit takes a whole number/ },
]) {
  test(`wrong usage: ${args.join(' ').replace(DEMO, 'FILE')}`, async () => {
    const { code, stderr } = await runCli(['inspect', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });
}
