import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { guidAt } from '../../src/etw/guid.ts';
import type { EventImage } from '../../src/windows/schemas/event_image.ts';
import type { Tdh } from '../../src/windows/schemas/tdh.ts';
import { TdhSchemas } from '../../src/windows/schemas/tdh_schemas.ts';
import type { Called } from '../../src/windows/sessions/control.ts';
import { NO_TRACES, traceBytes, tracePath } from '../interop/shared_data.ts';
import { providersBlob } from '../support/tdh_blobs.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureBuilt } from './peers/mingw.ts';
import { windowsPath } from './peers/wine.ts';
import { describedBy, describedByTrace, recordedAnswers } from './recorded_tdh.ts';

/** Traces that carry TDH's answers: Windows Server 2022 and Windows 8. */
const TRACES = ['dynamic-ws22-xpress', 'pktmon-ws-demikernel'];

for (const id of TRACES) {
  test(`${id}: what TDH said decodes the events as the trace's own description does`, {
    skip: NO_TRACES,
  }, () => {
    const trace = traceBytes(tracePath(id));
    const expected = describedByTrace(trace);
    assert.ok(expected.length > 100);
    const { tdh, asked } = recordedTdh(trace);
    const schemas = new TdhSchemas({ tdh, store: undefined, versionOf: () => '', now: () => 0 });
    assert.deepEqual(describedBy(schemas, trace), expected);
    // Once for each event, however many there are.
    assert.equal(new Set(asked).size, asked.length);
  });
}

const PROGRAM = fileURLToPath(new URL('programs/tdh.ts', import.meta.url));
// Of the stand-in only what TDH needs: this test is of no sessions.
const library = await ensureBuilt({
  output: 'standin-tdh.dll',
  folder: fileURLToPath(new URL('standin', import.meta.url)),
  sources: ['tdh.c', 'control.c', 'text.c', 'state.c'],
});
const result = await windowsBench();
const absent = [library, result].find((peer) => peer.kind === 'missing');
const skip = NO_TRACES || (absent?.kind === 'missing' ? absent.reason : false);
const root = mkdtempSync(join(tmpdir(), 'sigel-tdh-'));
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  rmSync(root, { recursive: true });
});

for (const id of TRACES) {
  test(`${id}: the same as Windows code, and after a restart without asking`, { skip }, async () => {
    const trace = traceBytes(tracePath(id));
    const answers = join(root, id);
    writeAnswers(answers, trace);
    const cache = join(answers, 'cache');
    const cold = await decodeOnWindows(id, answers, cache);
    assert.deepEqual(cold.lines, describedByTrace(trace));
    const { asked, known, unknown, failed, kept } = cold.counts;
    assert.ok(asked > 10);
    assert.deepEqual([known + unknown, failed, kept, cold.folder], [asked, 0, 0, 'ok']);
    const warm = await decodeOnWindows(id, answers, cache);
    assert.deepEqual(warm.lines, cold.lines);
    assert.deepEqual([warm.counts.asked, warm.counts.kept, warm.damaged], [0, asked, 0]);
    // A damaged file costs its own provider's answers, once.
    const [file = ''] = readdirSync(cache);
    writeFileSync(join(cache, file), 'damaged');
    const mended = await decodeOnWindows(id, answers, cache);
    assert.deepEqual(mended.lines, cold.lines);
    assert.ok(mended.damaged === 1 && mended.counts.asked > 0);
    assert.equal((await decodeOnWindows(id, answers, cache)).counts.asked, 0);
  });
}

/** What the program says. */
interface Decoded {
  readonly folder: string;
  readonly counts: TdhSchemas['counts'];
  readonly damaged: number;
  readonly lines: readonly string[];
}

async function decodeOnWindows(id: string, answers: string, cache: string): Promise<Decoded> {
  assert.ok(result.kind === 'ready' && library.kind === 'ready');
  const { bench } = result;
  const { code, stdout, stderr } = await bench.runScript(
    PROGRAM,
    [bench.folder, tracePath(id), cache].map(windowsPath),
    {
      env: {
        SIGEL_STANDIN_DIR: windowsPath(answers),
        SIGEL_TEST_ETW_LIBRARY: windowsPath(library.path),
      },
    },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Decoded;
}

// As the stand-in wants them.
function writeAnswers(folder: string, trace: Uint8Array): void {
  const { infos, maps } = recordedAnswers(trace);
  mkdirSync(join(folder, 'tdh'), { recursive: true });
  for (const { guid, id, version, blob } of infos)
    writeFileSync(join(folder, 'tdh', `${guid}-${id}-${version}.bin`), blob);
  for (const { guid, name, blob } of maps) writeFileSync(join(folder, 'tdh', `${guid}-${name}.map`), blob);
  const providers = new Map(infos.map(({ guid, provider }) => [guid, provider]));
  const lines = [...providers].map(([guid, name]) => `${guid}\t${name}\n`);
  writeFileSync(join(folder, 'providers.tsv'), lines.join(''));
}

/** A TDH that says what a trace carries. */
function recordedTdh(trace: Uint8Array): { readonly tdh: Tdh; readonly asked: string[] } {
  const { infos, maps } = recordedAnswers(trace);
  const asked: string[] = [];
  const providers = new Map(infos.map(({ guid, provider }) => [guid, provider]));
  const tdh: Tdh = {
    eventInformation(event) {
      const { guid, id, version } = descriptorOf(event);
      asked.push(`${guid} ${id} ${version}`);
      const found = infos.find((one) => one.guid === guid && one.id === id && one.version === version);
      return found === undefined ? notFound() : { kind: 'ok', value: found.blob };
    },
    eventMap(event, name) {
      const { guid } = descriptorOf(event);
      const found = maps.find((one) => one.guid === guid && one.name === name);
      return found === undefined ? notFound() : { kind: 'ok', value: found.blob };
    },
    providers: () => ({ kind: 'ok', value: providersBlob([...providers]) }),
  };
  return { tdh, asked };
}

function descriptorOf({ header }: EventImage) {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  return { guid: guidAt(view, 24), id: view.getUint16(40, true), version: view.getUint8(42) };
}

function notFound(): Called<never> {
  const error = { code: 1168, name: 'ERROR_NOT_FOUND', message: 'not found', advice: undefined };
  return { kind: 'failed', error };
}
