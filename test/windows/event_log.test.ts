/** Live event logs as Windows code: node.exe and koffi under Wine, with a stand-in for wevtapi.dll. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EventLogEvent } from '../../src/event_log/event.ts';
import { readStored, type StoredRecord } from '../interop/otlp_json.ts';
import { until } from '../interop/peers/process.ts';
import { eventXml } from '../scenario/event_xml.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureEventLogStandin } from './peers/event_log.ts';
import { windowsPath } from './peers/wine.ts';

const PROGRAM = fileURLToPath(new URL('programs/event_log.ts', import.meta.url));
const [bench, standin] = await Promise.all([windowsBench(), ensureEventLogStandin()]);
const missing = [bench, standin].find(({ kind }) => kind === 'missing');
const skip = missing?.kind === 'missing' ? missing.reason : false;
const root = mkdtempSync(join(tmpdir(), 'sigel-event-log-'));
after(() => {
  if (bench.kind === 'ready') bench.bench.dispose();
  rmSync(root, { recursive: true });
});

interface Said {
  readonly refusals: readonly number[];
  readonly found: readonly { readonly kind: string; readonly value: string }[];
  readonly last: { readonly kind: string; readonly value: string };
  readonly stillOpen: number;
}

/** A program that was started, as the Security log tells of it (4688, version 2). */
function started(recordId: number, program: string, commandLine: string): string {
  const text = (name: string, value: string) => ({ name, inType: 'UnicodeString', value }) as const;
  const event: EventLogEvent = {
    provider: 'Microsoft-Windows-Security-Auditing',
    providerId: '54849625-5478-4994-a5ba-3e3b0328c30d',
    eventId: 4688,
    version: 2,
    level: 0,
    task: 13_312,
    opcode: 0,
    keywords: 0x8020000000000000n,
    seconds: 1_772_442_000 + recordId,
    nanoseconds: 500,
    recordId,
    activityId: undefined,
    relatedActivityId: undefined,
    pid: 4,
    tid: 8,
    channel: 'Security',
    computer: 'win-1',
    user: undefined,
    data: [text('NewProcessName', `C:\\Windows\\System32\\${program}`), text('CommandLine', commandLine)],
  };
  return eventXml(event);
}

function writeLog(events: readonly string[]): void {
  writeFileSync(join(root, 'log'), Buffer.from(events.map((xml) => `${xml}\n`).join(''), 'utf16le'));
}

function environment(): Readonly<Record<string, string>> {
  assert.ok(standin.kind === 'ready');
  return {
    SIGEL_TEST_EVENT_LOG_LIBRARY: windowsPath(standin.path),
    SIGEL_STANDIN_EVENT_LOG: windowsPath(join(root, 'log')),
  };
}

async function read(...bookmark: readonly string[]): Promise<Said> {
  assert.ok(bench.kind === 'ready' && standin.kind === 'ready');
  const env = environment();
  const args = [windowsPath(bench.bench.folder), ...bookmark];
  const { code, stdout, stderr } = await bench.bench.runScript(PROGRAM, args, { env });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Said;
}

test('channels, batches, events larger than the buffer, bookmarks; no handle is kept', { skip }, async () => {
  const events = ['<a>é€</a>', `<b>${'x'.repeat(50_000)}</b>`, '<c/>', '<d/>', '<e/>'];
  writeLog(events);
  const all = await read();
  assert.deepEqual(all.refusals, [5, 15_007, 0]);
  assert.deepEqual(
    all.found.map(({ value }) => value),
    events,
  );
  assert.match(all.last.value, /RecordId='5'/);
  const behind = await read(all.last.value.replace("'5'", "'3'"));
  assert.deepEqual(
    behind.found.map(({ value }) => value),
    events.slice(3),
  );
  assert.deepEqual([all.stillOpen, behind.stillOpen], [0, 0]);
});

test('the Security log through rules into a file, and on from there in the next run', { skip }, async () => {
  const out = join(root, 'out.jsonl');
  const config = join(root, 'config.yaml');
  writeFileSync(
    config,
    `
extensions: { file_storage: { directory: ${JSON.stringify(windowsPath(join(root, 'storage')))} } }
receivers:
  windows_event_log:
    services: [security]
    channels: [{ name: Denied }, { name: Nowhere }]
    start_at: beginning
    storage: file_storage
    poll_interval: 100ms
processors: { signature: {} }
exporters: { file: { path: ${JSON.stringify(windowsPath(out))}, append: true } }
service:
  extensions: [file_storage]
  pipelines: { logs: { receivers: [windows_event_log], processors: [signature], exporters: [file] } }
`,
  );
  const events = [
    started(1, 'whoami.exe', 'whoami'),
    started(2, 'wevtutil.exe', 'wevtutil cl Security'),
    started(3, 'cmd.exe', 'cmd /c dir'),
  ];
  writeLog(events);
  const first = await run(config, out, 4);
  assert.match(first, /Denied.*denied/i);
  assert.match(first, /Nowhere/);
  writeLog([...events, started(4, 'hostname.exe', 'hostname')]);
  await run(config, out, 5);
  const records: StoredRecord[] = [];
  for await (const record of readStored(out)) records.push(record);
  const told = records.map(({ eventName, attributes }) => [
    attributes['security_rule.name'] ?? eventName,
    attributes['process.command_line'],
  ]);
  assert.deepEqual(told, [
    ['windows.audit.4688', 'whoami'],
    ['windows.audit.4688', 'wevtutil cl Security'],
    ['windows.audit.4688', 'cmd /c dir'],
    ['Event log cleared by a command', 'wevtutil cl Security'],
    ['windows.audit.4688', 'hostname'],
  ]);
});

/** Runs the product until so many records were written, and stops it in order; what it said. */
async function run(config: string, out: string, records: number): Promise<string> {
  assert.ok(bench.kind === 'ready');
  const sigel = bench.bench.startSigel(['--config', windowsPath(config)], { env: environment() });
  const written = () => (existsSync(out) ? readFileSync(out, 'utf8').split('"timeUnixNano"').length - 1 : 0);
  let over = false;
  void sigel.ended.then(() => (over = true));
  await until(`${records} records were written`, () => over || written() >= records, 90_000);
  const { code, stderr } = await sigel.stop(90_000);
  assert.equal(code, 0, stderr);
  assert.equal(written(), records, stderr);
  return stderr;
}
