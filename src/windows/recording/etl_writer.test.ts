import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readBack } from '../../../test/scenario/read_back.ts';
import { scenario } from '../../../test/scenario/scenario.ts';
import { flushedBuffers } from '../../../test/support/fake_etw.ts';
import { EtlWriter } from './etl_writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-etl-writer-'));
after(() => rmSync(folder, { recursive: true }));

const BUFFER = 16_384;
const END = 134_200_000_000_000_000n;

function story(): Uint8Array {
  const s = scenario({ cpus: 2, session: { bufferSize: BUFFER } });
  const shell = s.process('cmd.exe');
  for (let i = 0; i < 150; i++) shell.starts(`whoami.exe ${i}`).exits(0);
  return s.trace();
}

const trace = story();
/** As they come out of the ring: up to their filled ends. */
const buffers = flushedBuffers(trace).map((b) => b.subarray(0, new DataView(b.buffer).getUint32(0x30, true)));

function written(name: string, options: { maxFileSize?: number; maxFiles?: number } = {}): EtlWriter {
  const writer = new EtlWriter({ path: join(folder, name), bufferSize: BUFFER, now: () => END, ...options });
  const [header = assert.fail(), ...rest] = buffers;
  writer.begin(header);
  for (const buffer of rest) if (!writer.write(buffer)) break;
  return writer;
}

const events = (...files: Uint8Array[]) =>
  readBack(...files).events.filter(({ providerName }) => providerName !== 'EventTrace');

test('what was live is read back from the file, with its end and its losses', () => {
  const writer = written('one.etl');
  writer.end({ events: 7, buffers: 2 });
  const bytes = readFileSync(join(folder, 'one.etl'));
  assert.deepEqual(events(bytes), events(trace));
  const { header, problems } = readBack(bytes).traces[0] ?? assert.fail();
  assert.deepEqual(
    [
      header.eventsLost,
      header.buffersLost,
      header.buffersWritten,
      header.bufferSize,
      header.logFileMode & 0x101,
    ],
    [7, 2, buffers.length, BUFFER, 1],
  );
  assert.equal((BigInt(header.endTime.high) << 32n) | BigInt(header.endTime.low), END);
  assert.equal(problems.damagedBuffers, 0);
});

test('a file that was never finished is readable', () => {
  written('killed.etl');
  assert.deepEqual(events(readFileSync(join(folder, 'killed.etl'))), events(trace));
});

test('a size limit ends the recording', () => {
  const writer = written('limited.etl', { maxFileSize: 4 * BUFFER });
  assert.equal(writer.full, true);
  writer.end({ events: 0, buffers: 0 });
  assert.equal(readFileSync(join(folder, 'limited.etl')).length, 4 * BUFFER);
});

test('rotation: files one after the other hold everything; the oldest go', () => {
  const writer = written('rotated.etl', { maxFileSize: 3 * BUFFER, maxFiles: 100 });
  writer.end({ events: 0, buffers: 0 });
  assert.ok(writer.files.length > 2);
  assert.deepEqual(events(...writer.files.map((path) => readFileSync(path))), events(trace));
  const few = written('few.etl', { maxFileSize: 3 * BUFFER, maxFiles: 2 });
  few.end({ events: 0, buffers: 0 });
  assert.equal(few.files.length, 2);
  assert.ok(few.files.every((path) => readBack(readFileSync(path)).problems.length === 0));
});
