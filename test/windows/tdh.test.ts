import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
import { ensureStandin, Standin } from './peers/standin.ts';
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
const library = await ensureStandin();
const result = await windowsBench();
const absent = [library, result].find((peer) => peer.kind === 'missing');
const skip = NO_TRACES || (absent?.kind === 'missing' ? absent.reason : false);
const standins: Standin[] = [];
const root = mkdtempSync(join(tmpdir(), 'sigel-tdh-'));
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  for (const standin of standins) standin.dispose();
  rmSync(root, { recursive: true });
});

for (const id of TRACES) {
  test(`${id}: the same as Windows code, and after a restart without asking`, { skip }, async () => {
    const trace = traceBytes(tracePath(id));
    const standin = standinWith(trace);
    const cache = join(root, id);
    const decode = () => decodeOnWindows(id, standin, cache);
    const cold = await decode();
    assert.deepEqual(cold.lines, describedByTrace(trace));
    const { asked, known, unknown, failed, kept } = cold.counts;
    assert.ok(asked > 10);
    assert.deepEqual([known + unknown, failed, kept, cold.folder], [asked, 0, 0, 'ok']);
    const warm = await decode();
    assert.deepEqual(warm.lines, cold.lines);
    assert.deepEqual([warm.counts.asked, warm.counts.kept, warm.damaged], [0, asked, 0]);
    // A damaged file costs its own provider's answers, once.
    const [file = ''] = readdirSync(cache);
    writeFileSync(join(cache, file), 'damaged');
    const mended = await decode();
    assert.deepEqual(mended.lines, cold.lines);
    assert.ok(mended.damaged === 1 && mended.counts.asked > 0);
    assert.equal((await decode()).counts.asked, 0);
  });
}

for (const { title, settings, lines, failed } of [
  {
    title: 'TDH that fails leaves events undescribed, and nothing to keep',
    settings: { 'fail.TdhGetEventInformation': '5' },
    lines: 0,
    failed: 'some',
  },
  {
    title: 'without the list of providers TDH is asked all the same',
    settings: { 'fail.TdhEnumerateProviders': '5' },
    lines: 403,
    failed: 'none',
  },
]) {
  test(title, { skip }, async () => {
    const trace = traceBytes(tracePath('pktmon-ws-demikernel'));
    const standin = standinWith(trace);
    standin.control(settings);
    const cache = join(root, title.replaceAll(' ', '-'));
    const { lines: found, counts } = await decodeOnWindows('pktmon-ws-demikernel', standin, cache);
    assert.equal(found.length, lines);
    assert.equal(counts.failed > 0, failed === 'some');
    assert.equal(readdirSync(cache).length, failed === 'some' ? 0 : 1);
  });
}

/** What the program says. */
interface Decoded {
  readonly folder: string;
  readonly counts: TdhSchemas['counts'];
  readonly damaged: number;
  readonly lines: readonly string[];
}

async function decodeOnWindows(id: string, { env }: Standin, cache: string): Promise<Decoded> {
  assert.ok(result.kind === 'ready');
  const { bench } = result;
  const { code, stdout, stderr } = await bench.runScript(
    PROGRAM,
    [bench.folder, tracePath(id), cache].map(windowsPath),
    { env },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Decoded;
}

function standinWith(trace: Uint8Array): Standin {
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  standins.push(standin);
  const { infos, maps } = recordedAnswers(trace);
  for (const { guid, id, version, blob } of infos) standin.tdh(`${guid}-${id}-${version}.bin`, blob);
  for (const { guid, name, blob } of maps) standin.tdh(`${guid}-${name}.map`, blob);
  standin.providers([...new Map(infos.map(({ guid, provider }) => [guid, provider]))]);
  return standin;
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
