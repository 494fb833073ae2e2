import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { eventTable } from '../scenario/event_tables.ts';
import { scenario } from '../scenario/scenario.ts';
import { correlated } from './correlated.ts';

test('a delete and a rename that are told of twice are one record each', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  p.renamesFile('C:\\old.txt', 'C:\\new.txt');
  p.deletesFile('C:\\new.txt');
  const { only, records } = correlated(s.trace());
  const rename = only('file.rename');
  assert.equal(rename['file.path'], 'C:\\new.txt');
  assert.equal(rename['sigel.file.previous_path'], 'C:\\old.txt');
  assert.equal(rename['sigel.nt_path'], '\\Device\\HarddiskVolume3\\new.txt');
  assert.equal(only('file.delete')['file.path'], 'C:\\new.txt');
  const bodies = records
    .filter(({ eventName }) => /rename|file.delete/.test(eventName))
    .map(({ body }) => body);
  assert.deepEqual(bodies, ['file renamed to: C:\\new.txt', 'file deleted: C:\\new.txt']);
});

test('reads and writes have the path of what was opened, also after a rename', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  p.writesFile('C:\\a.txt').readsFile('C:\\b.txt');
  const { only, records } = correlated(s.trace());
  assert.equal(only('file.write')['file.path'], 'C:\\a.txt');
  assert.equal(only('file.write')['file.extension'], 'txt');
  assert.equal(only('file.read')['file.path'], 'C:\\b.txt');
  assert.equal(records.find(({ eventName }) => eventName === 'file.write')?.body, 'file written: C:\\a.txt');
});

const KEY = 0xffff_c08e_2000_0000n;
const IO = { ByteOffset: 0, Irp: 1, FileKey: KEY, IssuingThreadId: 1, IOSize: 1, IOFlags: 0, ExtraFlags: 0 };

test('a file that was open before the trace is known by its key, until the name is taken back', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  const reads = (): void =>
    s.recorder.manifest(eventTable('file', 15, 1), p.emitter(), { ...IO, FileObject: 77n });
  const name = { FileKey: KEY, FileName: '\\Device\\HarddiskVolume3\\pagefile.sys' };
  reads();
  s.recorder.manifest(eventTable('file', 10, 0), p.emitter(), name);
  reads();
  s.recorder.manifest(eventTable('file', 11, 0), p.emitter(), name);
  reads();
  assert.deepEqual(
    correlated(s.trace())
      .named('file.read')
      .map((read) => read['file.path']),
    [undefined, 'C:\\pagefile.sys', undefined],
  );
});

test('an open file is known until it is closed', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  const keys = { Irp: 1, FileObject: 77n, IssuingThreadId: 1 };
  const reads = (): void =>
    s.recorder.manifest(eventTable('file', 15, 1), p.emitter(), { ...IO, FileObject: 77n });
  s.recorder.manifest(eventTable('file', 12, 1), p.emitter(), {
    ...keys,
    CreateOptions: 0,
    CreateAttributes: 0,
    ShareAccess: 0,
    FileName: 'C:\\a.txt',
  });
  reads();
  s.recorder.manifest(eventTable('file', 14, 1), p.emitter(), { ...keys, FileKey: KEY });
  reads();
  const { named, only } = correlated(s.trace());
  assert.equal(only('file.close')['file.path'], 'C:\\a.txt');
  assert.deepEqual(
    named('file.read').map((read) => read['file.path']),
    ['C:\\a.txt', undefined],
  );
});

test('the kernel logger’s names of files serve too', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  const name = Buffer.from('\\Device\\HarddiskVolume3\\x.db\0', 'utf16le');
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(KEY);
  s.recorder.kernelEvent({
    header: 'perfinfo',
    group: 4,
    type: 0,
    version: 2,
    payload: Buffer.concat([key, name]),
  });
  s.recorder.manifest(eventTable('file', 15, 1), p.emitter(), { ...IO, FileObject: 77n });
  const { only } = correlated(s.trace());
  assert.equal(only('file.name.rundown')['file.path'], 'C:\\x.db');
  assert.equal(only('file.read')['file.path'], 'C:\\x.db');
});
