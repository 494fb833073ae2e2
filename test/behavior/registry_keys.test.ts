import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { eventTable } from '../scenario/event_tables.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { correlated } from './correlated.ts';

const ROOT = 0xffff_9a00_0000_0010n;
const RUN = 0xffff_9a00_0000_0020n;

/** Opens or creates a key below another one. */
function opens(
  s: Scenario,
  p: Process,
  id: 1 | 2,
  object: bigint,
  base: bigint,
  name: string,
  status = 0,
): void {
  s.recorder.manifest(eventTable('registry', id, 0), p.emitter(), {
    BaseObject: base,
    KeyObject: object,
    Status: status,
    Disposition: 1,
    BaseName: '',
    RelativeName: name,
  });
}

function deletesValue(s: Scenario, p: Process, object: bigint): void {
  const values = { KeyObject: object, Status: 0, KeyName: '', ValueName: 'v' };
  s.recorder.manifest(eventTable('registry', 6, 0), p.emitter(), values);
}

function closes(s: Scenario, p: Process, object: bigint): void {
  s.recorder.manifest(eventTable('registry', 13, 0), p.emitter(), {
    KeyObject: object,
    Status: 0,
    KeyName: '',
  });
}

function keysOf(story: (s: Scenario, p: Process) => void): unknown[] {
  const s = scenario();
  story(s, s.process('reg.exe'));
  return correlated(s.trace())
    .named('registry.value.delete')
    .map((record) => record['registry.key']);
}

test('a key below another one', () => {
  const keys = keysOf((s, p) => {
    opens(s, p, 2, ROOT, 0n, '\\REGISTRY\\MACHINE\\SOFTWARE');
    opens(s, p, 1, RUN, ROOT, 'Microsoft\\Run');
    deletesValue(s, p, RUN);
    closes(s, p, ROOT);
    deletesValue(s, p, RUN);
    deletesValue(s, p, ROOT);
  });
  assert.deepEqual(keys, ['HKLM\\SOFTWARE\\Microsoft\\Run', 'HKLM\\SOFTWARE\\Microsoft\\Run', undefined]);
});

test('an open that names nothing opens the key itself', () => {
  const keys = keysOf((s, p) => {
    opens(s, p, 2, ROOT, 0n, '\\REGISTRY\\MACHINE\\SOFTWARE');
    opens(s, p, 2, RUN, ROOT, '');
    deletesValue(s, p, RUN);
  });
  assert.deepEqual(keys, ['HKLM\\SOFTWARE']);
});

test('a key below one that nobody knows is not known', () => {
  const keys = keysOf((s, p) => {
    opens(s, p, 2, RUN, ROOT, 'Microsoft\\Run');
    deletesValue(s, p, RUN);
  });
  assert.deepEqual(keys, [undefined]);
});

test('an address that is used again is another key; a failed open leaves none', () => {
  const keys = keysOf((s, p) => {
    opens(s, p, 2, RUN, 0n, '\\REGISTRY\\MACHINE\\SOFTWARE\\One');
    opens(s, p, 2, RUN, 0n, '\\REGISTRY\\MACHINE\\SOFTWARE\\Two');
    deletesValue(s, p, RUN);
    opens(s, p, 2, RUN, 0n, '\\REGISTRY\\MACHINE\\SOFTWARE\\Three', 0xc0000034);
    deletesValue(s, p, RUN);
  });
  assert.deepEqual(keys, ['HKLM\\SOFTWARE\\Two', undefined]);
});

test('an event that carries the whole name needs no other, and tells those after it', () => {
  const s = scenario({ fullKeyNames: true });
  const p = s.process('reg.exe');
  p.setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', 1);
  const { only, records } = correlated(s.trace());
  assert.equal(only('registry.value.set')['registry.key'], 'HKLM\\SOFTWARE\\X');
  const set = records.find(({ eventName }) => eventName === 'registry.value.set');
  assert.equal(set?.body, 'registry value set: HKLM\\SOFTWARE\\X v');
});

/** An event of the kernel logger's Registry class, version 2: a key control block and a name. */
function classic(s: Scenario, p: Process, opcode: number, block: bigint, name: string): void {
  const head = Buffer.alloc(24);
  head.writeBigUInt64LE(block, 16);
  const payload = Buffer.concat([head, Buffer.from(`${name}\0`, 'utf16le')]);
  s.recorder.kernelEvent({ header: 'system', group: 9, type: opcode, version: 2, payload, ...p.emitter() });
}

test('the kernel logger’s own events have the names of its rundown', () => {
  const s = scenario();
  const p = s.process('reg.exe');
  classic(s, p, 24, ROOT, '\\REGISTRY\\MACHINE\\SOFTWARE\\X');
  classic(s, p, 10, ROOT, 'Sub');
  classic(s, p, 22, RUN, '\\REGISTRY\\MACHINE\\SOFTWARE\\X\\Sub');
  classic(s, p, 14, RUN, 'Value');
  classic(s, p, 23, RUN, '\\REGISTRY\\MACHINE\\SOFTWARE\\X\\Sub');
  classic(s, p, 14, RUN, 'Value');
  const { named, only } = correlated(s.trace());
  assert.equal(only('registry.key.create')['registry.key'], 'HKLM\\SOFTWARE\\X\\Sub');
  assert.deepEqual(
    named('registry.value.set').map((set) => [set['registry.key'], set['registry.value']]),
    [
      ['HKLM\\SOFTWARE\\X\\Sub', 'Value'],
      [undefined, 'Value'],
    ],
  );
});

test('the control set is the one the kernel says it uses', () => {
  const s = scenario();
  const p = s.process('reg.exe');
  const payload = Buffer.from([2, 0, 0, 0]);
  s.recorder.kernelEvent({ header: 'system', group: 9, type: 35, version: 2, payload, ...p.emitter() });
  p.setsRegistryValue('HKLM\\SYSTEM\\ControlSet002\\Services\\X', 'v', 1);
  assert.equal(
    correlated(s.trace()).only('registry.value.set')['registry.key'],
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\X',
  );
});
