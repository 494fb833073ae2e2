import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import type { z } from 'zod';
import type { HostSignatures } from '../../src/file_facts/signature.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { withProcesses } from '../../test/behavior/with_processes.ts';
import { type Scenario, scenario } from '../../test/scenario/scenario.ts';
import { writePe } from '../../test/support/pe_writer.ts';
import { logsource, recordsOf as recordsIn } from '../../test/support/sigma_fields.ts';
import { fileFactsConfig } from './config.ts';
import { FileFactsProcessor } from './file_facts.ts';

const root = mkdtempSync(join(tmpdir(), 'sigel-facts-'));
after(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}
put(
  'C/Temp/svchost.exe',
  writePe({ version: { OriginalFilename: 'mimikatz.exe', CompanyName: 'gentilkiwi' } }),
);
put('C/Temp/evil.dll', writePe({ version: { FileDescription: 'Evil' } }));

interface Made {
  readonly processor: FileFactsProcessor;
  readonly account: Account;
  readonly out: LogRecord[];
}

function made(
  config: z.input<typeof fileFactsConfig> = {},
  answer: (batch: LogBatch) => Promise<Outcome> = async () => ACCEPTED,
): Made {
  const out: LogRecord[] = [];
  const account = new Account('file_facts', 'processor');
  const next = {
    consumeLogs: (batch: LogBatch) => {
      out.push(...batch);
      return answer(batch);
    },
  };
  const options = fileFactsConfig.parse({ root, wait: '10s', ...config });
  const processor = new FileFactsProcessor({ account, meter: createNoopMeter() }, options, next);
  return { processor, account, out };
}

async function recordsOf(story: (s: Scenario) => void): Promise<readonly LogRecord[]> {
  const s = scenario();
  s.process('C:\\Windows\\System32\\services.exe');
  story(s);
  return withProcesses([s.trace()]);
}

/** Sigma's fields of the first record of a log source. */
function fieldsOf(records: readonly LogRecord[], name: string, fields: readonly string[]) {
  const source = logsource(name);
  const [record] = recordsIn(source, records);
  assert.ok(record !== undefined);
  return Object.fromEntries(fields.map((field) => [field, source.field(field)?.read(record)]));
}

function named(records: readonly LogRecord[], eventName: string): Readonly<Record<string, unknown>> {
  return records.find((record) => record.eventName === eventName)?.attributes ?? assert.fail(eventName);
}

test('a program that was renamed, and a library, are what their files say', async () => {
  const { processor, account, out } = made({ hashes: ['sha256'] });
  const records = await recordsOf((s) => {
    const child = s.process('C:\\a.exe').starts('C:\\Temp\\svchost.exe -k');
    child.loads('C:\\TEMP\\Evil.dll');
  });
  assert.deepEqual(await processor.consumeLogs(records), ACCEPTED);
  const start = named(out, 'process.start');
  assert.equal(start['process.pe.original_file_name'], 'mimikatz.exe');
  assert.equal(start['process.pe.company'], 'gentilkiwi');
  assert.match(String(start['process.hash.sha256']), /^[0-9a-f]{64}$/);
  assert.equal(named(out, 'process.module.load')['dll.pe.description'], 'Evil');
  const rules = fieldsOf(out, 'process_creation', ['OriginalFileName', 'Company', 'Product', 'Hashes']);
  assert.deepEqual(rules, {
    OriginalFileName: 'mimikatz.exe',
    Company: 'gentilkiwi',
    Product: undefined,
    Hashes: `SHA256=${String(start['process.hash.sha256']).toUpperCase()}`,
  });
  assert.deepEqual(fieldsOf(out, 'image_load', ['Description', 'Hashes'])['Description'], 'Evil');
  assert.equal(account.taken, records.length);
  assert.equal(account.imbalance(), 0);
});

test('a container’s file is looked for as the container sees it', async () => {
  const { processor, out } = made();
  await processor.consumeLogs(
    await recordsOf(
      (s) =>
        void s
          .process({ commandLine: 'C:\\Windows\\System32\\w3wp.exe', in: s.container() })
          .starts('C:\\Temp\\svchost.exe'),
    ),
  );
  assert.equal(named(out, 'process.start')['process.pe.original_file_name'], 'mimikatz.exe');
});

test('libraries are left alone where they are not wanted', async () => {
  const { processor, out } = made({ modules: false });
  await processor.consumeLogs(
    await recordsOf((s) => void s.process('C:\\a.exe').loads('C:\\Temp\\evil.dll')),
  );
  assert.equal(named(out, 'process.module.load')['dll.pe.description'], undefined);
});

test('a file that is not there, and one that takes too long, keep no record back', async () => {
  const { processor, out } = made({ wait: '0s' });
  const records = await recordsOf((s) => {
    const a = s.process('C:\\a.exe');
    a.starts('C:\\Temp\\none.exe');
    a.starts('C:\\Temp\\svchost.exe');
  });
  await processor.consumeLogs(records);
  assert.deepEqual(
    out.map(({ attributes }) => attributes['process.executable.path']),
    records.map(({ attributes }) => attributes['process.executable.path']),
  );
});

test('batches are handed on in their order', async () => {
  const { processor, out } = made();
  const first = await recordsOf((s) => void s.process('C:\\a.exe').starts('C:\\Temp\\svchost.exe'));
  const second = await recordsOf((s) => void s.process('C:\\b.exe').writesFile('C:\\x'));
  await Promise.all([processor.consumeLogs(first), processor.consumeLogs(second)]);
  assert.deepEqual(
    out.map(({ eventName }) => eventName),
    [...first, ...second].map(({ eventName }) => eventName),
  );
});

test('a batch that the next refuses does not hold those behind it, and is not counted', async () => {
  const refused: Outcome = { kind: 'refused', retryable: true, reason: 'full' };
  const answers = [refused, ACCEPTED];
  const { processor, account } = made({}, async () => answers.shift() ?? ACCEPTED);
  const batch = await recordsOf((s) => void s.process('C:\\a.exe').starts('C:\\Temp\\svchost.exe'));
  const outcomes = [await processor.consumeLogs(batch), await processor.consumeLogs(batch)];
  assert.deepEqual(outcomes, [refused, ACCEPTED]);
  assert.equal(account.taken, batch.length);
});

/** Starts a processor on a machine; the root stands for the disks of a Windows. */
async function startedWith(
  signatures: HostSignatures,
  platform: NodeJS.Platform = 'win32',
): Promise<Pick<Made, 'processor' | 'out'>> {
  const out: LogRecord[] = [];
  const config = { ...fileFactsConfig.parse({ root, wait: '10s' }), signatures: true };
  const processor = new FileFactsProcessor(
    { account: new Account('file_facts', 'processor'), meter: createNoopMeter() },
    config,
    { consumeLogs: async (batch) => (out.push(...batch), ACCEPTED) },
    { platform, signatures: async () => signatures },
  );
  await processor.start();
  return { processor, out };
}

const unsigned: HostSignatures = {
  read: async () => ({ kind: 'unsigned' }),
  deviceOfLetter: (letter) => (letter === 'C:' ? '\\Device\\HarddiskVolume3' : undefined),
};

test('signatures of programs and libraries', async () => {
  const { processor, out } = await startedWith({
    ...unsigned,
    read: async ({ path, hasOwn }) => ({
      kind: 'signed',
      status: 'trusted',
      isIntact: true,
      isTrusted: true,
      subject: `${path.slice(root.length)} ${hasOwn}`,
    }),
  });
  await processor.consumeLogs(
    await recordsOf(
      (s) => void s.process('C:\\a.exe').starts('C:\\Temp\\svchost.exe').loads('C:\\Temp\\evil.dll'),
    ),
  );
  const names = ['exists', 'status', 'trusted', 'valid', 'subject_name'] as const;
  const signature = (eventName: string, role: string) =>
    names.map((name) => named(out, eventName)[`${role}.code_signature.${name}`]);
  const trusted = [true, 'trusted', true, true];
  assert.deepEqual(signature('process.start', 'process'), [...trusted, '/C/Temp/svchost.exe false']);
  assert.deepEqual(signature('process.module.load', 'dll'), [...trusted, '/C/Temp/evil.dll false']);
});

test('that a file is unsigned is said of the host’s alone', async () => {
  for (const inContainer of [false, true]) {
    const { processor, out } = await startedWith(unsigned);
    const records = await recordsOf((s) => {
      const where = inContainer ? { in: s.container() } : {};
      s.process({ commandLine: 'C:\\a.exe', ...where }).starts('C:\\Temp\\svchost.exe');
    });
    await processor.consumeLogs(records);
    const start = named(out, 'process.start');
    assert.equal(start['process.pe.original_file_name'], 'mimikatz.exe');
    assert.equal(start['process.code_signature.exists'], inContainer ? undefined : false);
  }
});

test('signatures: Windows alone, and not beside a root', async () => {
  await assert.rejects(startedWith(unsigned, 'linux'), /signatures are verified by Windows/);
  const refused = fileFactsConfig.safeParse({ root, signatures: true });
  assert.match(refused.error?.message ?? '', /expected false beside root/);
});

test('without a root it starts on Windows alone', { skip: process.platform === 'win32' }, async () => {
  const account = new Account('file_facts', 'processor');
  const context = { account, meter: createNoopMeter() };
  const processor = new FileFactsProcessor(context, fileFactsConfig.parse({}), {
    consumeLogs: async () => ACCEPTED,
  });
  await assert.rejects(processor.start(), /root is missing/);
});
