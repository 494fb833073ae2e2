import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import fc from 'fast-check';
import { type MadeEventInit, madeEvent } from '../../../test/support/made_event.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { Account } from '../../telemetry/ledger.ts';
import { classicFile } from '../events/classic_file.ts';
import { classicProcess, classicThread } from '../events/classic_process.ts';
import { kernelProcess } from '../events/kernel_process.ts';
import { powershell } from '../events/powershell.ts';
import { RecordMapper } from '../record_mapper.ts';
import { Correlator, type CorrelatorOptions } from './correlator.ts';

const START = 1_772_355_600;
const manifest = { provider: kernelProcess.guid, providerName: kernelProcess.name } as const;
const kernel = { kind: 'kernel', provider: classicProcess.guid, providerName: classicProcess.name } as const;

/** An event at a time in milliseconds. */
function at(ms: number, init: MadeEventInit): MadeEventInit {
  return { ...init, seconds: START + Math.floor(ms / 1000), nanoseconds: (ms % 1000) * 1e6 };
}
const path = (ms: number, pid: number, more = {}): MadeEventInit =>
  at(ms, {
    ...manifest,
    id: 1,
    payload: { ProcessID: pid, ParentProcessID: 1, SessionID: 3, ImageName: 'C:\\x.exe', ...more },
  });
const line = (ms: number, pid: number, more = {}): MadeEventInit =>
  at(ms, {
    ...kernel,
    opcode: 1,
    payload: {
      ProcessId: pid,
      ParentId: 1,
      SessionId: 3,
      ImageFileName: 'x.exe',
      CommandLine: `x ${pid}`,
      ...more,
    },
  });
const ended = (ms: number, pid: number): MadeEventInit =>
  at(ms, { ...manifest, id: 2, payload: { ProcessID: pid, ImageName: 'x.exe', ExitCode: 0 } });
const other = (ms: number): MadeEventInit => at(ms, { payload: {} });

/** A correlator with an account, fed as a receiver feeds it. */
function bench(options: Partial<CorrelatorOptions> = {}) {
  const account = new Account('test', 'receiver');
  const correlator = new Correlator({ account, ...options });
  const mapper = new RecordMapper({ resource: emptyResource(), scope: { name: 't' }, observedTime: 'event' });
  const out: LogRecord[] = [];
  const settle = (act: () => void): void => {
    const before = out.length;
    act();
    account.queued -= out.length - before;
    account.emitted += out.length - before;
    assert.equal(account.imbalance(), 0);
    assert.equal(account.queued, correlator.held);
  };
  const add = (init: MadeEventInit, size = 100): void => {
    account.read++;
    account.queued++;
    settle(() => correlator.add(mapper.map(madeEvent(init)), out, size));
  };
  return {
    account,
    correlator,
    out,
    add,
    run: (...events: readonly MadeEventInit[]) => {
      for (const event of events) add(event);
      settle(() => correlator.flush(out));
      return out;
    },
    settle,
  };
}

const names = (records: readonly LogRecord[]): string[] =>
  records.map(({ eventName, attributes }) => `${eventName} ${String(attributes['process.command_line'])}`);

const joins: readonly [title: string, events: readonly MadeEventInit[], records: readonly string[]][] = [
  ['the path first', [path(0, 7), line(1, 7)], ['process.start x 7']],
  ['the command line first', [line(0, 7), path(1, 7)], ['process.start x 7']],
  [
    'with others between',
    [path(0, 7), other(1), line(2, 7)],
    ['process.start x 7', 'Test-Provider/TestEvent undefined'],
  ],
  [
    'two at once, crossed',
    [path(0, 7), path(1, 8), line(2, 8), line(3, 7)],
    ['process.start x 7', 'process.start x 8'],
  ],
  ['at the end of the window', [path(0, 7), line(100, 7)], ['process.start x 7']],
  ['after the window', [path(0, 7), line(101, 7)], ['process.start undefined', 'process.start x 7']],
  [
    'after an exit',
    [path(0, 7), ended(1, 7), line(2, 7)],
    ['process.start undefined', 'process.exit undefined', 'process.start x 7'],
  ],
  [
    'after an exit of the same instant',
    [path(0, 7), ended(0, 7), line(0, 7)],
    ['process.start x 7', 'process.exit undefined'],
  ],
  [
    'another parent',
    [path(0, 7), line(1, 7, { ParentId: 2 })],
    ['process.start undefined', 'process.start x 7'],
  ],
  [
    'another session',
    [path(0, 7), line(1, 7, { SessionId: 2 })],
    ['process.start undefined', 'process.start x 7'],
  ],
  [
    'another image',
    [path(0, 7), line(1, 7, { ImageFileName: 'y.exe' })],
    ['process.start undefined', 'process.start x 7'],
  ],
  [
    'an image in another code page',
    [path(0, 7, { ImageName: 'C:\\é.exe' }), line(1, 7, { ImageFileName: 'Θ.exe' })],
    ['process.start x 7'],
  ],
  [
    'a cut image',
    [path(0, 7, { ImageName: 'C:\\abcdefghijklmnop.exe' }), line(1, 7, { ImageFileName: 'abcdefghijklmn' })],
    ['process.start x 7'],
  ],
  [
    'the same half twice',
    [path(0, 7), path(1, 7), line(2, 7)],
    ['process.start undefined', 'process.start x 7'],
  ],
];
for (const [title, events, records] of joins)
  test(`halves of a start: ${title}`, () => {
    assert.deepEqual(names(bench().run(...events)), records);
  });

test('what is joined has the time of the first and the attributes of both', () => {
  const [record] = bench().run(line(5, 7, { UserSID: 'S-1-5-18' }), path(6, 7));
  assert.deepEqual(record?.hrTime, [START, 5e6]);
  assert.equal(record.attributes['process.executable.path'], 'C:\\x.exe');
  assert.equal(record.attributes['user.name'], 'SYSTEM');
  assert.equal(record.attributes['etw.provider.name'], kernelProcess.name);
  assert.equal(record.body, 'process started: x 7 (pid 7)');
});

test('a record that waits holds back those behind it, not longer than its window', () => {
  const { add, out, correlator } = bench();
  add(path(0, 7));
  add(other(50));
  add(other(100));
  assert.equal(out.length, 0);
  assert.equal(correlator.held, 3);
  add(other(101));
  assert.equal(out.length, 4);
});

test('what is held back by another is not joined after its own window', () => {
  const part = at(0, {
    provider: powershell.guid,
    providerName: powershell.name,
    id: 4104,
    payload: { MessageNumber: 1, MessageTotal: 2, ScriptBlockText: 'a', ScriptBlockId: 'b' },
  });
  const records = bench().run(part, path(1, 7), line(500, 7));
  assert.deepEqual(names(records).slice(1), ['process.start undefined', 'process.start x 7']);
});

test('a quiet live stream lets go by the clock', () => {
  const { add, out, correlator, settle } = bench();
  add(path(0, 7));
  settle(() => correlator.expire(START + 0.05, out));
  assert.equal(out.length, 0);
  settle(() => correlator.expire(START + 0.2, out));
  assert.equal(out.length, 1);
});

test('not more records wait than the limit; the oldest goes first, as it is', () => {
  const { add, out, correlator } = bench({ maxHeldRecords: 10 });
  add(path(0, 7));
  for (let i = 0; i < 10; i++) add(other(1));
  assert.equal(correlator.held, 0);
  assert.equal(out.length, 11);
  add(line(2, 7));
  assert.equal(out.length, 11);
  assert.equal(correlator.held, 1);
});

test('not more bytes wait than the limit', () => {
  const { add, out } = bench({ maxHeldBytes: 1000 });
  add(path(0, 7), 600);
  assert.equal(out.length, 0);
  add(other(1), 600);
  assert.equal(out.length, 2);
});

test('where only one of the two is recorded, nothing waits any more; where both are, it does again', () => {
  const { add, correlator, out } = bench();
  for (let i = 0; i < 20; i++) add(path(i * 1000, 100 + i));
  assert.equal(correlator.held, 0);
  assert.equal(out.length, 20);
  // The kernel logger begins: from here on both are waited for.
  add(line(30_000, 7));
  add(other(31_000));
  add(path(32_000, 8));
  assert.equal(correlator.held, 1);
  add(line(32_001, 8));
  assert.equal(correlator.held, 0);
});

test('events of a provider whose payload no schema knows pass as they are', () => {
  const [record] = bench().run(at(0, { ...manifest, id: 1, bytes: new Uint8Array([1]) }));
  assert.deepEqual(record?.attributes['etw.event.payload'], new Uint8Array([1]));
});

test('volumes that the system tells', () => {
  const [record] = bench({ volumes: new Map([['HarddiskVolume2', 'D:']]) }).run(
    path(0, 7, { SessionID: 0, ImageName: '\\Device\\HarddiskVolume2\\x.exe' }),
  );
  assert.equal(record?.attributes['process.executable.path'], 'D:\\x.exe');
});

test('a letter that moves to another volume is no longer the old one’s', () => {
  const { add, correlator, out } = bench({ volumes: new Map([['HarddiskVolume2', 'D:']]) });
  correlator.learnVolumes(new Map([['HarddiskVolume5', 'D:']]));
  for (const [i, volume] of [2, 5].entries())
    add(path(i * 1000, 7 + i, { SessionID: 0, ImageName: `\\Device\\HarddiskVolume${volume}\\x.exe` }));
  correlator.flush(out);
  assert.deepEqual(
    out.map(({ attributes }) => attributes['process.executable.path']),
    ['\\Device\\HarddiskVolume2\\x.exe', 'D:\\x.exe'],
  );
});

test('whatever comes: nothing is lost, doubled or out of order, and the account adds up', () => {
  const event = fc.record({
    make: fc.constantFrom(path, line, ended),
    pid: fc.integer({ min: 1, max: 4 }),
    gap: fc.constantFrom(0, 0, 1, 30, 150, 3000),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (events, limit) => {
      const { run, account } = bench({ maxHeldRecords: limit });
      let now = 0;
      const out = run(...events.map(({ make, pid, gap }) => make((now += gap), pid)));
      assert.equal(out.length + account.merged, events.length);
      assert.equal(new Set(out).size, out.length);
      const times = out.map(({ hrTime }) => hrTime[0] * 1e3 + hrTime[1] / 1e6);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      const starts = (make: unknown) => events.filter((e) => e.make === make).length;
      const lines = out.filter(({ attributes }) => attributes['process.command_line'] !== undefined);
      // Every command line is there once, whatever it was joined to.
      assert.equal(lines.length, starts(line));
    }),
  );
});

const thread = (ms: number, pid: number, id: number, maker: number): MadeEventInit =>
  at(ms, { ...manifest, id: 3, pid: maker, payload: { ProcessID: pid, ThreadID: id } });
const kernelThread = (ms: number, pid: number, id: number, maker: number): MadeEventInit =>
  at(ms, {
    ...kernel,
    provider: classicThread.guid,
    opcode: 1,
    pid: maker,
    payload: { ProcessId: pid, TThreadId: id },
  });
const REMOTE = 'process.thread.remote_start';
const OWN = 'process.thread.start';

for (const [title, events, expected] of [
  ['the first thread is made by the maker', [path(0, 9), thread(1, 9, 90, 1)], [OWN]],
  ['the second is not', [path(0, 9), thread(1, 9, 90, 1), thread(2, 9, 91, 1)], [OWN, REMOTE]],
  ['of a process that ran before', [thread(1, 9, 91, 1)], [REMOTE]],
  [
    'both providers tell of the first',
    [path(0, 9), line(0, 9), thread(1, 9, 90, 1), kernelThread(1, 9, 90, 1), kernelThread(2, 9, 91, 1)],
    [OWN, OWN, REMOTE],
  ],
  [
    'a pid used again',
    [path(0, 9), thread(1, 9, 90, 1), ended(5, 9), path(9, 9), thread(10, 9, 99, 1)],
    [OWN, OWN],
  ],
] as const) {
  test(`remote threads: ${title}`, () => {
    const threads = bench()
      .run(...events)
      .filter(({ eventName }) => eventName.startsWith('process.thread'));
    assert.deepEqual(
      threads.map(({ eventName }) => eventName),
      expected,
    );
    for (const { eventName, severityNumber, body } of threads) {
      assert.equal(severityNumber, eventName === REMOTE ? 13 : 5);
      assert.equal(String(body).endsWith('by process 1'), eventName === REMOTE);
    }
  });
}

test('files of the kernel logger: what is opened gives its path to what follows; a delete told twice is one', () => {
  const address = 0xffff8a0012345678n;
  const file = (ms: number, opcode: number, more = {}): MadeEventInit =>
    at(ms, {
      ...kernel,
      provider: classicFile.guid,
      opcode,
      payload: { FileObject: address, FileKey: 0x99, ...more },
    });
  const out = bench().run(
    file(0, 64, { OpenPath: 'C:\\a.txt', CreateOptions: 0x02000060 }),
    file(1, 68, { Offset: 0, IoSize: 5 }),
    file(2, 70),
    file(2, 79, { FileName: 'C:\\a.txt' }),
    file(3, 66),
    file(4, 68, { Offset: 5, IoSize: 5 }),
  );
  assert.deepEqual(
    out.map(({ eventName, body }) => `${eventName} ${String(body)}`),
    [
      'file.open file open requested: C:\\a.txt (create)',
      'file.write file written: C:\\a.txt',
      'file.delete file deleted: C:\\a.txt',
      'file.close file closed: C:\\a.txt',
      'file.write file written: 0x99',
    ],
  );
});
