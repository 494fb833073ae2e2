import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import koffi from 'koffi';
import { sessionFacts } from '../abi/session_properties.ts';
import type { ProviderEnable, SessionSettings } from '../sessions/control.ts';
import { etwControl, NativeControl } from './etw_control.ts';
import type { EtwFunctions } from './etw_functions.ts';
import { Libraries } from './libraries.ts';

const SETTINGS: SessionSettings = {
  name: 'sigel-events',
  guid: '00112233-4455-6677-8899-aabbccddeeff',
  bufferSizeKiB: 64,
  minimumBuffers: 8,
  maximumBuffers: 64,
  flushMilliseconds: 250,
  clock: 'qpc',
  systemLogger: false,
  enableFlags: 0,
};
const PROVIDER: ProviderEnable = {
  guid: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
  level: 5,
  matchAnyKeyword: 0x8000_0000_0000_0010n,
  matchAllKeyword: 0n,
  enableProperties: 0,
  filters: {},
};

const never = (): never => assert.fail('called');
function control(functions: Partial<EtwFunctions>): NativeControl {
  return new NativeControl({
    StartTraceW: never,
    ControlTraceW: never,
    QueryAllTracesW: never,
    EnableTraceEx2: never,
    EnumerateTraceGuidsEx: never,
    ...functions,
  });
}

/** `VERSION mode`, as a build of Windows sees the properties of StartTraceW. */
function form(properties: Uint8Array): string {
  const bytes = Buffer.from(properties);
  return `v${(bytes.readUInt32LE(44) & 0x0080_0000) === 0 ? 1 : 2} ${bytes.readUInt32LE(68)}`;
}

const BUILDS = [
  ['takes all', () => true, ['v2 250']],
  ['has no millisecond timer', (seen: string) => !seen.endsWith('250'), ['v2 250', 'v2 1']],
  ['has no version 2', (seen: string) => seen.startsWith('v1'), ['v2 250', 'v2 1', 'v1 250']],
  ['has neither', (seen: string) => seen === 'v1 1', ['v2 250', 'v2 1', 'v1 250', 'v1 1']],
] as const;
for (const [title, takes, tried] of BUILDS) {
  test(`start on a build that ${title}`, () => {
    const seen: string[] = [];
    const started = control({
      StartTraceW: (handle, name, properties) => {
        assert.equal(name, 'sigel-events');
        handle[0] = 77n;
        seen.push(form(properties));
        return takes(seen.at(-1) ?? '') ? 0 : 87;
      },
    }).start(SETTINGS);
    assert.deepEqual(started, { kind: 'ok', value: 77n });
    assert.deepEqual(seen, tried);
  });
}

test('start: whole seconds have two forms', () => {
  let calls = 0;
  const started = control({
    StartTraceW: () => {
      calls++;
      return 87;
    },
  }).start({ ...SETTINGS, flushMilliseconds: 2000 });
  assert.equal(started.kind === 'failed' && started.error.name, 'ERROR_INVALID_PARAMETER');
  assert.equal(calls, 2);
});

test('start: another error is not tried again', () => {
  let calls = 0;
  const started = control({
    StartTraceW: () => {
      calls++;
      return 1450;
    },
  }).start(SETTINGS);
  assert.ok(started.kind === 'failed');
  assert.equal(started.error.name, 'ERROR_NO_SYSTEM_RESOURCES');
  assert.match(started.error.message, /^StartTraceW of session sigel-events: no slot/);
  assert.equal(calls, 1);
});

test('a name that is none does not reach Windows', () => {
  for (const name of ['', 'a\0b', 'x'.repeat(1024)]) {
    for (const called of [control({}).start({ ...SETTINGS, name }), control({}).query(name)])
      assert.equal(called.kind === 'failed' && called.error.name, 'ERROR_INVALID_NAME');
  }
});

test('query, flush and stop are asked by name', () => {
  const seen: unknown[] = [];
  const etw = control({
    ControlTraceW: (handle, name, properties, code) => {
      seen.push([handle, name, code]);
      Buffer.from(properties.buffer).writeUInt32LE(9, 92);
      return 0;
    },
  });
  assert.equal(etw.query('a').kind, 'ok');
  assert.deepEqual(etw.flush('b'), { kind: 'ok', value: undefined });
  const stopped = etw.stop('c');
  assert.equal(stopped.kind === 'ok' && stopped.value.buffersWritten, 9);
  assert.deepEqual(seen, [
    [0n, 'a', 0],
    [0n, 'b', 3],
    [0n, 'c', 1],
  ]);
});

const ANSWERS = [
  [4201, 'ERROR_WMI_INSTANCE_NOT_FOUND'],
  [5, 'ERROR_ACCESS_DENIED'],
  [31, '31'],
] as const;
for (const [code, name] of ANSWERS) {
  test(`ControlTraceW answers ${code}`, () => {
    const etw = control({ ControlTraceW: () => code });
    for (const called of [etw.query('x'), etw.flush('x'), etw.stop('x'), etw.update('x', {})])
      assert.equal(called.kind === 'failed' && called.error.name, name);
  });
}

test('names that stand outside the buffer are an error', () => {
  const called = control({
    ControlTraceW: (_handle, _name, properties) => {
      Buffer.from(properties.buffer).writeUInt32LE(0xffff_fff0, 116);
      return 0;
    },
  }).query('x');
  assert.equal(called.kind === 'failed' && called.error.name, 'ERROR_BAD_LENGTH');
});

test('update keeps what it does not name', () => {
  const codes: number[] = [];
  let updated = Buffer.alloc(0);
  const called = control({
    ControlTraceW: (_handle, _name, properties, code) => {
      codes.push(code);
      const bytes = Buffer.from(properties.buffer);
      if (code === 0) for (const at of [48, 52, 56, 68]) bytes.writeUInt32LE(at, at);
      updated = Buffer.from(bytes);
      return 0;
    },
  }).update('x', { maximumBuffers: 200, flushMilliseconds: 1100 });
  assert.equal(called.kind, 'ok');
  assert.deepEqual(codes, [0, 2]);
  assert.deepEqual(
    [48, 52, 56, 68, 112].map((at) => updated.readUInt32LE(at)),
    [48, 52, 200, 2, 0],
  );
});

test('list follows each pointer, and asks for more once', () => {
  const rooms: number[] = [];
  const listed = control({
    QueryAllTracesW: (array, count, used) => {
      rooms.push(count);
      if (count < 70) return 234;
      const bytes = Buffer.from(array.buffer);
      const base = koffi.address(array);
      for (let i = 0; i < 70; i++) {
        const at = Number(bytes.readBigUInt64LE(8 * i) - base);
        assert.ok(sessionFacts(array.subarray(at, at + 4216)));
        bytes.write(`session ${i}`, at + 120, 'utf16le');
      }
      used[0] = 70;
      return 0;
    },
  }).list();
  assert.deepEqual(rooms, [64, 256]);
  assert.ok(listed.kind === 'ok');
  assert.equal(listed.value.length, 70);
  assert.equal(listed.value[69]?.name, 'session 69');
});

test('list: more than was asked for is an error at last, a count too high is not believed', () => {
  const more = control({ QueryAllTracesW: () => 234 }).list();
  assert.equal(more.kind === 'failed' && more.error.name, 'ERROR_MORE_DATA');
  const high = control({
    QueryAllTracesW: (_array, _count, used) => {
      used[0] = 1_000_000;
      return 0;
    },
  }).list();
  assert.equal(high.kind === 'ok' && high.value.length, 64);
});

test('enable hands level, keywords, properties and filters over', () => {
  let seen: unknown;
  const called = control({
    EnableTraceEx2: (handle, provider, code, level, any, all, timeout, parameters) => {
      const bytes = Buffer.from(parameters ?? []);
      const first = Number(bytes.readBigUInt64LE(32) - koffi.address(parameters));
      seen = [handle, provider[0], code, level, any, all, timeout, bytes.readUInt32LE(4), first];
      return 0;
    },
  }).enable(7n, { ...PROVIDER, enableProperties: 0x400, filters: { pids: [4] } });
  assert.equal(called.kind, 'ok');
  assert.deepEqual(seen, [7n, 0xd6, 1, 5, 0x8000_0000_0000_0010n, 0n, 0, 0x400, 48]);
});

test('enable: filters that cannot be are not handed over', () => {
  const called = control({}).enable(7n, {
    ...PROVIDER,
    filters: { pids: Array.from({ length: 9 }, () => 4) },
  });
  assert.match(called.kind === 'failed' ? called.error.message : '', /9 process ids: a filter takes 8/);
});

test('disable and capture state', () => {
  const codes: number[] = [];
  const etw = control({
    EnableTraceEx2: (_handle, _provider, code) => {
      codes.push(code);
      return code === 2 ? 1168 : 0;
    },
  });
  assert.equal(etw.disable(7n, PROVIDER.guid).kind, 'ok');
  const captured = etw.captureState(7n, PROVIDER.guid);
  assert.match(captured.kind === 'failed' ? captured.error.message : '', /no process has registered/);
  assert.deepEqual(codes, [0, 2]);
});

/** What Windows tells of a provider: each registration a list of sessions by their number, and whether they have enabled it. */
function guidInfo(
  ...instances: readonly (readonly (readonly [logger: number, isEnabled: number])[])[]
): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(instances.length, 0);
  const parts = instances.map((sessions) => {
    const part = Buffer.alloc(16 + 32 * sessions.length);
    part.writeUInt32LE(part.length, 0);
    part.writeUInt32LE(sessions.length, 4);
    for (const [i, [logger, isEnabled]] of sessions.entries()) {
      const at = 16 + 32 * i;
      part.writeUInt32LE(isEnabled, at);
      part.writeUInt8(5, at + 4);
      part.writeUInt16LE(logger, at + 6);
      part.writeUInt32LE(0x480, at + 8);
      part.writeBigUInt64LE(0x10n, at + 16);
      part.writeBigUInt64LE(0x20n, at + 24);
    }
    return part;
  });
  return Buffer.concat([head, ...parts]);
}
const AS = { level: 5, enableProperties: 0x480, matchAnyKeyword: 0x10n, matchAllKeyword: 0x20n };
/** Whatever is told, nothing throws and nothing is read behind the end. */
const TOLD: readonly [title: string, code: number, info: Buffer, as: typeof AS | undefined][] = [
  ['enabled', 0, guidInfo([[7, 1]]), AS],
  ['enabled for others', 0, guidInfo([[8, 1]]), undefined],
  [
    'enabled for the session in one of several processes',
    0,
    guidInfo(
      [],
      [[8, 1]],
      [
        [8, 1],
        [7, 1],
      ],
    ),
    AS,
  ],
  ['registered and disabled', 0, guidInfo([[7, 0]]), undefined],
  ['unknown', 4200, Buffer.alloc(0), undefined],
  ['cut off', 0, guidInfo([[8, 1]], [[7, 1]]).subarray(0, 60), undefined],
  ['empty', 0, Buffer.alloc(0), undefined],
  ['more than there is', 0, Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(16, 0)]), undefined],
  ['larger than was foreseen', 0, Buffer.concat([guidInfo([[7, 1]]), Buffer.alloc(100_000)]), AS],
];
for (const [title, code, info, as] of TOLD)
  test(`how a provider is enabled: ${title}`, () => {
    const called = control({
      EnumerateTraceGuidsEx: (what, about, size, answer, room, taken) => {
        assert.deepEqual([what, about[0], size, answer.length], [1, 0xd6, 16, room]);
        taken[0] = info.length;
        if (info.length > room) return 122;
        answer.set(info);
        return code;
      },
    }).enabledAs(0x5_0007n, PROVIDER.guid);
    assert.deepEqual(called, { kind: 'ok', value: as });
  });

test('a provider of which too much is told is not asked for for ever', () => {
  let asked = 0;
  const called = control({
    EnumerateTraceGuidsEx: (_what, _about, _size, _answer, room, taken) => {
      taken[0] = 2 * room;
      asked++;
      return 122;
    },
  }).enabledAs(7n, PROVIDER.guid);
  assert.equal(called.kind, 'failed');
  assert.ok(asked < 12);
});

test('where there is no ETW, it says so', { skip: process.platform === 'win32' }, () => {
  const none = etwControl(new Libraries({ systemRoot: 'C:\\Windows' }));
  assert.equal(none.kind === 'failed' && none.error.code, 0);
});
