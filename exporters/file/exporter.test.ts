import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { ACCEPTED, retryLater } from '../../src/model/outcome.ts';
import { logsToJson, tracesToJson } from '../../src/otlp/json.ts';
import { exporterContext, logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { NEVER } from '../../test/support/senders.ts';
import { fileConfig } from './config.ts';
import { FileExporter } from './exporter.ts';
import { LineFile } from './line_file.ts';
import { fileSink, streamSink } from './sink.ts';

interface Test {
  after(fn: () => unknown): void;
}
async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sigel-file-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}
function exporterOf(config: object) {
  const context = exporterContext('file');
  return { exporter: new FileExporter(context, fileConfig.parse(config)), account: context.account };
}
/** Runs an exporter from start to shutdown over batches of records, one after the other. */
async function run(config: object, ...batches: readonly (readonly number[])[]): Promise<void> {
  const { exporter, account } = exporterOf(config);
  await exporter.start();
  for (const batch of batches) {
    assert.equal(await exporter.consumeLogs(batch.map((n) => logRecord(n))), ACCEPTED);
  }
  await exporter.shutdown(NEVER);
  assert.deepEqual([account.taken, account.imbalance()], [batches.flat().length, 0]);
}
const line = (...ns: readonly number[]) => `${logsToJson(ns.map((n) => logRecord(n)))}\n`;

describe('file', () => {
  it('writes a line per batch, logs and traces, in the order of the calls', async (t) => {
    const path = join(await folder(t), 'out.json');
    const { exporter } = exporterOf({ path });
    await exporter.start();
    const spans = [span('cmd.exe')];
    const outcomes = [
      exporter.consumeLogs([logRecord(1), logRecord(2)]),
      exporter.consumeTraces(spans),
      exporter.consumeLogs([logRecord(3)]),
    ];
    await Promise.all(outcomes);
    assert.equal(
      await readFile(path, 'utf8'),
      line(1, 2) + `${tracesToJson(spans)}\n` + line(3),
      'also before the end',
    );
    await exporter.shutdown(NEVER);
  });

  it('empties the file at the start, or appends', async (t) => {
    const path = join(await folder(t), 'out.json');
    await run({ path }, [1]);
    await run({ path }, [2]);
    assert.equal(await readFile(path, 'utf8'), line(2));
    await run({ path, append: true }, [3]);
    assert.equal(await readFile(path, 'utf8'), line(2) + line(3));
  });

  it('creates the folder when asked to', async (t) => {
    const path = join(await folder(t), 'a', 'b', 'out.json');
    await assert.rejects(exporterOf({ path }).exporter.start(), { message: /^path: cannot open .*ENOENT/ });
    await run({ path, create_directory: true }, [1]);
    assert.equal(await readFile(path, 'utf8'), line(1));
  });

  it('hands a batch back when it cannot be written, and leaves whole lines', async (t) => {
    const path = join(await folder(t), 'out.json');
    const file = new LineFile(fileConfig.parse({ path }));
    let full = false;
    const sink = fileSink(file);
    const add: typeof sink.add = (make) =>
      sink.add(() => {
        if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        return make();
      });
    const context = exporterContext('file');
    const exporter = new FileExporter(context, fileConfig.parse({ path }), { ...sink, add });
    await exporter.start();
    assert.equal(await exporter.consumeLogs([logRecord(1)]), ACCEPTED);
    full = true;
    assert.deepEqual(
      await exporter.consumeLogs([logRecord(2)]),
      retryLater('ENOSPC: no space left on device'),
    );
    full = false;
    assert.equal(await exporter.consumeLogs([logRecord(2)]), ACCEPTED);
    await exporter.shutdown(NEVER);
    assert.equal(await readFile(path, 'utf8'), line(1) + line(2));
    assert.deepEqual([context.account.taken, context.account.delivered], [2, 2]);
  });

  it('is refused by a real full device', { skip: process.platform === 'win32' }, async () => {
    const { exporter, account } = exporterOf({ path: '/dev/full' });
    await exporter.start();
    const outcome = await exporter.consumeLogs([logRecord(1)]);
    assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.retryable], ['refused', true]);
    assert.equal(account.taken, 0);
    await exporter.shutdown(NEVER);
  });

  it('is safe to shut down without start', async () => {
    await exporterOf({ path: 'never.json' }).exporter.shutdown(NEVER);
  });
});

describe('rotation', () => {
  const BIG = 'x'.repeat(600_000);
  it('puts full files aside, keeps the newest, and never splits a line', async (t) => {
    const path = await folder(t);
    const rotation = { max_megabytes: 1, max_backups: 2 };
    const { exporter } = exporterOf({ path: join(path, 'out.json'), rotation });
    await exporter.start();
    for (const n of [1, 2, 3, 4, 5]) await exporter.consumeLogs([logRecord(n, { body: BIG })]);
    await exporter.shutdown(NEVER);
    const names = (await readdir(path)).toSorted();
    assert.equal(names.length, 3);
    assert.match(names.slice(0, 2).join(' '), /^(out-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.json ?){2}$/);
    const contents = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
    assert.deepEqual(
      contents,
      [3, 4, 5].map((n) => `${logsToJson([logRecord(n, { body: BIG })])}\n`),
    );
  });

  it('continues the file of an earlier run, and removes what is too old but nothing else', async (t) => {
    const path = await folder(t);
    const keep = ['other-2001-01-01T00-00-00.000.json', 'out-notes.json', 'out-2001-01-01T00-00-00.000.txt'];
    for (const name of [...keep, 'out-2001-01-01T00-00-00.000.json']) await writeFile(join(path, name), 'x');
    await writeFile(join(path, 'out.json'), `${'y'.repeat(1024 * 1024)}\n`);
    await run({ path: join(path, 'out.json'), rotation: { max_megabytes: 1, max_days: 1 } }, [1]);
    const names = await readdir(path);
    for (const name of keep) assert.ok(names.includes(name), name);
    assert.equal(names.length, keep.length + 2);
    assert.equal(await readFile(join(path, 'out.json'), 'utf8'), line(1));
  });
});

describe('stdout', () => {
  it('gets the lines', async () => {
    const chunks: string[] = [];
    const stream = new Writable({
      write: (chunk, _, done) => {
        chunks.push(String(chunk));
        done();
      },
    });
    const exporter = new FileExporter(
      exporterContext('file'),
      fileConfig.parse({ path: '-' }),
      streamSink(stream),
    );
    await exporter.start();
    await Promise.all([1, 2].map((n) => exporter.consumeLogs([logRecord(n)])));
    await exporter.shutdown(NEVER);
    assert.equal(chunks.join(''), line(1) + line(2));
    assert.equal(stream.writable, true, 'it is left open');
  });

  it('that nobody reads any more: the rest is dropped and counted', async () => {
    const stream = new Writable({ write: (_, __, done) => done(new Error('write EPIPE')) });
    const context = exporterContext('file');
    const exporter = new FileExporter(context, fileConfig.parse({ path: '-' }), streamSink(stream));
    await exporter.start();
    for (const n of [1, 2]) assert.equal(await exporter.consumeLogs(logRecords(n)), ACCEPTED);
    await exporter.shutdown(NEVER);
    assert.deepEqual(Object.fromEntries(context.account.dropped), { output_closed: 3 });
    assert.equal(context.account.imbalance(), 0);
  });
});

for (const [title, config, message] of [
  [
    'append with rotation',
    { path: 'x', append: true, rotation: null },
    /append and rotation exclude each other/,
  ],
  ['rotation of stdout', { path: '-', rotation: {} }, /stdout cannot be rotated/],
  ['another format', { path: 'x', format: 'proto' }, /format/],
  ['no path', {}, /path/],
] as const) {
  it(`refused: ${title}`, () => assert.throws(() => fileConfig.parse(config), message));
}
