import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { logRecord } from '../../../test/support/log_records.ts';
import { Shape } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { internResource } from '../../model/resource.ts';
import { SILENT } from '../../telemetry/logger.ts';
import type { FileKind } from '../file_head.ts';
import { Signatures } from '../signatures.ts';
import { droppedExecutable } from './dropped_executable.ts';

const SHAPE = new Shape([
  Attr.etwProcessId,
  Attr.processExecutablePath,
  Attr.filePath,
  Attr.filePreviousPath,
  Attr.dllPath,
]);
interface Facts {
  readonly eventName: string;
  readonly file?: string;
  readonly before?: string;
  readonly dll?: string;
  readonly by?: string;
  readonly container?: string | undefined;
  readonly second?: number;
}
function event({
  eventName,
  file,
  before,
  dll,
  by = 'C:\\app\\shop.exe',
  second = 0,
  ...rest
}: Facts): LogRecord {
  const container = 'container' in rest ? rest.container : 'c1';
  return logRecord(0, {
    eventName,
    hrTime: [1_700_000_000 + second, 0],
    own: { shape: SHAPE, values: [8, by, file, before, dll] },
    resource: internResource(container === undefined ? {} : { 'container.id': container }),
  });
}
const X = 'C:\\Windows\\Temp\\x.exe';
const create = (file = X, more: Partial<Facts> = {}) => event({ eventName: 'file.create', file, ...more });
const close = (file = X, more: Partial<Facts> = {}) => event({ eventName: 'file.close', file, ...more });
const start = (by = X, more: Partial<Facts> = {}) => event({ eventName: 'process.start', by, ...more });
const load = (dll: string) => event({ eventName: 'process.module.load', dll });
const rename = (before: string, file: string) => event({ eventName: 'file.rename', before, file });
const erase = (file: string) => event({ eventName: 'file.delete', file });
const later = (second: number) => event({ eventName: 'file.create', file: 'C:\\later.txt', second });

/** Each detection as `evidence event file`. */
async function told(kind: FileKind | undefined, records: readonly LogRecord[]): Promise<string[]> {
  const looked: string[] = [];
  const head = async ({ shown }: { readonly shown: string }): Promise<FileKind> => {
    looked.push(shown);
    return shown.endsWith('later.txt') ? 'other' : (kind ?? 'unknown');
  };
  const builtin = [droppedExecutable(kind === undefined ? undefined : head)];
  const limits = { deadline: 1, memory: 1 };
  const signatures = new Signatures({ builtin, folders: [], limits, selection: {}, logger: SILENT });
  const out: string[] = [];
  // What was looked at is told with the next batch.
  for (const batch of [...records.map((record) => [record]), [event({ eventName: 'file.create' })]]) {
    const { detections } = await signatures.judge(batch);
    for (const { evidence, record, data } of [...detections.values()].flat())
      out.push(`${evidence} ${record.eventName} ${String(data?.['file'] ?? record.get(Attr.filePath))}`);
    await turn();
  }
  assert.equal(signatures.errors, 0);
  return out;
}

const NAMED = `inferred file.create ${X}`;
const OBSERVED = `observed file.create ${X}`;
const TMP = 'C:\\x.tmp';
const cases: readonly [title: string, kind: FileKind | undefined, records: LogRecord[], told: string[]][] = [
  ['replay: by its name', undefined, [create()], [NAMED]],
  ['replay: told once', undefined, [create(), close(), start(), load(X)], [NAMED]],
  [
    'replay: run under a name that says nothing',
    undefined,
    [create(TMP), start(TMP)],
    [`inferred process.start ${TMP}`],
  ],
  [
    'replay: that is told once, too',
    undefined,
    [create(TMP), start(TMP), start(TMP)],
    [`inferred process.start ${TMP}`],
  ],
  [
    'replay: run as a library',
    undefined,
    [create(TMP), load(TMP.toUpperCase())],
    [`inferred process.module.load ${TMP}`],
  ],
  [
    'replay: written under another name',
    undefined,
    [create(TMP), rename(TMP, X), start()],
    [`inferred file.rename ${X}`],
  ],
  ['replay: another name, not run', undefined, [create(TMP), close(TMP)], []],
  ['replay: run before it was written', undefined, [start(TMP), create(TMP)], []],
  ['replay: deleted and another one run', undefined, [create(TMP), erase(TMP), start(TMP)], []],
  ['replay: run in another container', undefined, [create(TMP), start(TMP, { container: 'c2' })], []],
  [
    'replay: on the node itself',
    undefined,
    [create(X, { container: undefined }), start(X, { container: undefined })],
    [],
  ],
  [
    'replay: by an installer',
    undefined,
    [create(X, { by: 'C:\\Windows\\System32\\msiexec.exe' }), start()],
    [],
  ],
  ['live: closed with the bytes of a program', 'executable', [create(), close()], [OBSERVED]],
  [
    'live: whatever its name',
    'executable',
    [create('C:\\a.txt'), close('C:\\a.txt')],
    ['observed file.create C:\\a.txt'],
  ],
  ['live: told once', 'executable', [create(), close(), start(), close()], [OBSERVED]],
  ['live: nobody tells that it is closed', 'executable', [create(), later(4), later(6)], [OBSERVED]],
  ['live: closed with other bytes', 'other', [create(), close(), later(9)], []],
  ['live: another file is closed', 'executable', [create(), close('C:\\other.exe')], []],
  ['live: run before it was closed', 'executable', [create(), start()], [OBSERVED]],
  ['live: it cannot be read: by its name', 'unknown', [create(), close(), start()], [NAMED]],
  [
    'live: it cannot be read, its name says nothing, and it is run',
    'unknown',
    [create(TMP), close(TMP), start(TMP)],
    [`inferred process.start ${TMP}`],
  ],
];
for (const [title, kind, records, expected] of cases)
  test(title, async () => assert.deepEqual(await told(kind, records), expected));
