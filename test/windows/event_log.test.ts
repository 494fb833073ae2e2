/** Live event logs as Windows code: node.exe and koffi under Wine, with a stand-in for wevtapi.dll. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
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

async function read(...bookmark: readonly string[]): Promise<Said> {
  assert.ok(bench.kind === 'ready' && standin.kind === 'ready');
  const env = {
    SIGEL_TEST_EVENT_LOG_LIBRARY: windowsPath(standin.path),
    SIGEL_STANDIN_EVENT_LOG: windowsPath(join(root, 'log')),
  };
  const args = [windowsPath(bench.bench.folder), ...bookmark];
  const { code, stdout, stderr } = await bench.bench.runScript(PROGRAM, args, { env });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Said;
}

test('channels, batches, events larger than the buffer, bookmarks; no handle is kept', { skip }, async () => {
  const events = ['<a>é€</a>', `<b>${'x'.repeat(50_000)}</b>`, '<c/>', '<d/>', '<e/>'];
  writeFileSync(join(root, 'log'), Buffer.from(events.map((xml) => `${xml}\n`).join(''), 'utf16le'));
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
