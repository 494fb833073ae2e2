/** The signatures of docs/signatures.md do what the document says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { logRecord } from '../../test/support/log_records.ts';
import { folderOf } from '../../test/support/signature_files.ts';
import { Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import { SILENT } from '../telemetry/logger.ts';
import { Signatures } from './signatures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(new URL('../../docs/signatures.md', import.meta.url), 'utf8');
const blocks = text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)^```$/gm);
const documented = new Map(Array.from(blocks, ([, name = '', code = '']) => [name, code]));

test('docs/signatures.md: the compiler takes them, and knows the types of attributes', async () => {
  const wrong = documented.get('scan.ts')?.replace("'destination.address'", "'destination.port'");
  const folder = folderOf({
    ...Object.fromEntries(documented),
    'wrong.ts': wrong ?? '',
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        rootDir: '/',
        typeRoots: [join(ROOT, 'node_modules/@types')],
        paths: { 'sigel/signature': [join(ROOT, 'src/signatures/api.ts')] },
      },
      include: ['*.ts'],
    }),
  });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    (error: { stdout: string }) => error,
  );
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
  assert.ok(errors.length > 0, stdout);
  for (const error of errors) assert.match(error, /\/wrong\.ts\(\d+,\d+\): error TS2345: .*'number'/);
});

const CONNECT = new Shape([Attr.processPid, Attr.destinationAddress]);
const connects = (pid: number, host: number, second = 0): LogRecord =>
  logRecord(host, {
    eventName: 'network.connect',
    hrTime: [1_700_000_000 + second, host],
    own: { shape: CONNECT, values: [pid, `192.0.2.${host}`] },
  });
const START = new Shape([Attr.processPid, Attr.processParentPid, Attr.etwProcessId]);
const starts = (parent: number, creator: number): LogRecord =>
  logRecord(1, { own: { shape: START, values: [8, parent, creator] } });

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const cases: readonly [name: string, title: string, records: readonly LogRecord[], data: unknown[]][] = [
  ['scan.ts', 'twenty addresses', upTo(20).map((host) => connects(4, host)), [{ addresses: 20 }]],
  ['scan.ts', 'twenty times one address', upTo(20).map(() => connects(4, 1)), []],
  ['scan.ts', 'twenty addresses of two processes', upTo(20).map((host) => connects(host % 2, host)), []],
  ['scan.ts', 'twenty addresses in twenty seconds', upTo(20).map((host) => connects(4, host, host)), []],
  ['parent_spoofing.ts', 'another parent', [starts(5, 6)], [{ creator: 6, parent: 5 }]],
  ['parent_spoofing.ts', 'its own parent', [starts(5, 5)], []],
];

for (const [name, title, records, expected] of cases) {
  test(`docs/signatures.md: ${name} on ${title}`, async () => {
    const code = documented.get(name);
    assert.ok(code !== undefined);
    const signatures = new Signatures({
      builtin: [],
      folders: [folderOf({ [name]: code })],
      limits: { deadline: 20_000, memory: 64 << 20 },
      selection: {},
      logger: SILENT,
    });
    await signatures.start();
    const { detections } = await signatures.judge(records);
    await signatures.end(AbortSignal.timeout(20_000));
    const data = [...detections.values()]
      .flat()
      .map(({ data }) => Object.fromEntries(Object.entries(data ?? {})));
    assert.deepEqual(data, expected);
  });
}
