import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EnableProperty } from '../../src/windows/abi/constants.ts';
import type { SessionSettings } from '../../src/windows/sessions/control.ts';
import { sessionGuid } from '../../src/windows/sessions/owner.ts';
import { until } from '../interop/peers/process.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureStandin, Standin, type StandinSettings } from './peers/standin.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';
import type { Step } from './programs/sessions.ts';

const PROGRAM = fileURLToPath(new URL('programs/sessions.ts', import.meta.url));
const PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const library = await ensureStandin();
const result = await windowsBench();
const absent = [library, result].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;
const standins: Standin[] = [];
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  for (const standin of standins) standin.dispose();
});

type Said = Readonly<Record<string, unknown>>;

function machine(settings: StandinSettings = {}): Standin {
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  standins.push(standin);
  standin.control(settings);
  return standin;
}

function start({ env }: Pick<Standin, 'env'>, ...steps: readonly Step[]): WindowsProcess {
  assert.ok(result.kind === 'ready');
  const { bench } = result;
  return bench.startScript(PROGRAM, [windowsPath(bench.folder), JSON.stringify(steps)], { env });
}

function lines(stdout: string): readonly Said[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Said);
}

async function run(standin: Pick<Standin, 'env'>, ...steps: readonly Step[]): Promise<readonly Said[]> {
  const { code, stdout, stderr } = await start(standin, ...steps).ended;
  assert.equal(code, 0, stderr + stdout);
  return lines(stdout);
}

/** A process that owns a session and lives until it is killed. */
async function owner(standin: Standin, settings = OWN): Promise<WindowsProcess> {
  const started = start(standin, ['own', settings], ['wait']);
  await until('the session is owned', () => started.stdout().includes('waiting'));
  assert.equal(lines(started.stdout())[0]?.['kind'], 'started', started.stdout());
  return started;
}

const OWN: Omit<SessionSettings, 'guid'> = {
  name: 'sigel-Ünit',
  bufferSizeKiB: 128,
  minimumBuffers: 4,
  maximumBuffers: 32,
  flushMilliseconds: 250,
  clock: 'qpc',
  systemLogger: false,
  enableFlags: 0,
};
const SETTINGS: SessionSettings = { ...OWN, guid: sessionGuid(OWN.name) };
const ENABLE = { guid: PROCESS, level: 5, enableProperties: EnableProperty.processStartKey, filters: {} };
const part = (said: Said | undefined, key: string): Said => {
  assert.ok(said !== undefined && typeof said[key] === 'object', `${key} of ${JSON.stringify(said)}`);
  return said[key] as Said;
};
const errorOf = (said: Said | undefined): unknown => part(said, 'error')['name'];

test('a session from its start to its end', { skip }, async () => {
  const standin = machine();
  const said = await run(
    standin,
    ['start', SETTINGS],
    ['query', SETTINGS.name],
    ['flush', SETTINGS.name],
    ['update', SETTINGS.name, { maximumBuffers: 48, flushMilliseconds: 100 }],
    ['list'],
    ['stop', SETTINGS.name],
    ['query', SETTINGS.name],
  );
  const [started, queried, flushed, updated, listed, stopped, gone] = said;
  assert.equal(started?.['kind'], 'ok');
  const facts = {
    handle: started?.['value'],
    name: SETTINGS.name,
    guid: SETTINGS.guid,
    // Real time, independent, a flush timer in milliseconds.
    logFileMode: 0x0800_0110,
    bufferSizeKiB: 128,
    minimumBuffers: 4,
    maximumBuffers: 32,
    flushMilliseconds: 250,
    clock: 'qpc',
    buffers: 4,
    freeBuffers: 3,
    buffersWritten: 0,
    eventsLost: 0,
    logBuffersLost: 0,
    realTimeBuffersLost: 0,
  };
  assert.deepEqual(part(queried, 'value'), facts);
  assert.deepEqual([flushed?.['kind'], updated?.['kind']], ['ok', 'ok']);
  assert.deepEqual(listed?.['value'], [{ ...facts, maximumBuffers: 48, flushMilliseconds: 100 }]);
  assert.equal(part(stopped, 'value')['maximumBuffers'], 48);
  assert.equal(errorOf(gone), 'ERROR_WMI_INSTANCE_NOT_FOUND');
  assert.match(
    standin.calls('StartTraceW')[0] ?? '',
    new RegExp(
      `guid=${SETTINGS.guid} flags=0x820000 buffer=128 buffers=4-32 mode=0x8000110 flush=250 clock=1 `,
    ),
  );
});

test('a system logger with flags, its clock the system time', { skip }, async () => {
  const standin = machine();
  await run(standin, ['start', { ...SETTINGS, systemLogger: true, enableFlags: 0x8_0005, clock: 'system' }]);
  assert.match(standin.calls('StartTraceW')[0] ?? '', /mode=0xa000110 .*clock=2 enable=0x80005 -> 0$/);
});

test('builds that know less: version 1, whole seconds', { skip }, async () => {
  for (const [settings, codes, mode, flush] of [
    [{ reject_v2: 1 }, [87, 87, 0], '0x8000110', 250],
    [{ reject_ms_flush: 1 }, [87, 0], '0x8000100', 1],
    [{ reject_v2: 1, reject_ms_flush: 1 }, [87, 87, 87, 0], '0x8000100', 1],
  ] as const) {
    const standin = machine(settings);
    const [said] = await run(standin, ['own', OWN]);
    assert.equal(said?.['kind'], 'started');
    assert.equal((said['notes'] as readonly string[]).length, flush === 1 ? 1 : 0);
    const calls = standin.calls('StartTraceW');
    assert.deepEqual(
      calls.map((call) => Number(/-> (\d+)$/.exec(call)?.[1])),
      codes,
    );
    assert.match(calls.at(-1) ?? '', new RegExp(`mode=${mode} flush=${flush} `));
  }
});

test('a provider with everything, and what a build does not take', { skip }, async () => {
  const filters = { eventIds: { in: true, ids: [1, 5] }, pids: [4, 8], executables: ['a.exe', 'b.exe'] };
  const standin = machine({ reject_properties: 0x800 });
  const [, enabled, captured, disabled] = await run(
    standin,
    ['start', SETTINGS],
    ['enable', { ...ENABLE, enableProperties: 0xc81, filters }, '0x8000000000000010'],
    ['capture', PROCESS],
    ['disable', PROCESS],
  );
  assert.deepEqual(enabled, { kind: 'enabled', leftOff: ['container_tracking'] });
  assert.deepEqual([captured?.['kind'], disabled?.['kind']], ['ok', 'ok']);
  const call = (code: number, rest: string) =>
    `EnableTraceEx2 session=${SETTINGS.name} guid=${PROCESS} code=${code} ${rest}`;
  const filter = 'filters=event_id:in:1,5;pid:4,8;exe:a.exe;b.exe';
  const level = 'level=5 any=0x8000000000000010 all=0x0';
  assert.deepEqual(standin.calls('EnableTraceEx2'), [
    call(1, `${level} props=0xc81 timeout=0 ${filter} -> 87`).replace(
      `session=${SETTINGS.name}`,
      'session=-',
    ),
    call(1, `${level} props=0x481 timeout=0 ${filter} -> 0`),
    call(2, 'level=0 any=0x0 all=0x0 props=0x0 timeout=0 filters=- -> 0'),
    call(0, 'level=0 any=0x0 all=0x0 props=0x0 timeout=0 filters=- -> 0'),
  ]);
});

/** Which function fails for what (a session, a provider), with which code; one machine has them all. */
const failing = (name: string): Step => ['start', { ...SETTINGS, name, guid: sessionGuid(name) }];
const provider = (digit: number): string => PROCESS.replace('22fb', `000${digit}`);
const enabling = (digit: number): Step => ['enable', { ...ENABLE, guid: provider(digit) }, '0'];
const FAILURES: readonly (readonly [string, number, Step, string])[] = [
  ['StartTraceW.a', 5, failing('a'), 'ERROR_ACCESS_DENIED'],
  ['StartTraceW.b', 1450, failing('b'), 'ERROR_NO_SYSTEM_RESOURCES'],
  ['StartTraceW.c', 183, failing('c'), 'ERROR_ALREADY_EXISTS'],
  ['ControlTraceW.d', 5, ['query', 'd'], 'ERROR_ACCESS_DENIED'],
  ['ControlTraceW.e', 24, ['flush', 'e'], 'ERROR_BAD_LENGTH'],
  ['ControlTraceW.f', 4201, ['stop', 'f'], 'ERROR_WMI_INSTANCE_NOT_FOUND'],
  ['ControlTraceW.g', 8, ['update', 'g', {}], 'ERROR_NOT_ENOUGH_MEMORY'],
  ['QueryAllTracesW', 234, ['list'], 'ERROR_MORE_DATA'],
  [`EnableTraceEx2.${provider(1)}`, 5, enabling(1), 'ERROR_ACCESS_DENIED'],
  [`EnableTraceEx2.${provider(2)}`, 1450, enabling(2), 'ERROR_NO_SYSTEM_RESOURCES'],
  [`EnableTraceEx2.${provider(3)}`, 87, enabling(3), 'ERROR_INVALID_PARAMETER'],
  [`EnableTraceEx2.${provider(4)}`, 1168, ['capture', provider(4)], 'ERROR_NOT_FOUND'],
  [`EnableTraceEx2.${provider(5)}`, 6, ['disable', provider(5)], 'ERROR_INVALID_HANDLE'],
];
test('each function that answers with an error', { skip }, async () => {
  const standin = machine(Object.fromEntries(FAILURES.map(([what, code]) => [`fail.${what}`, code])));
  const said = await run(standin, ...FAILURES.map(([, , step]) => step));
  assert.deepEqual(
    said.map(errorOf),
    FAILURES.map(([, , , name]) => name),
  );
});

test('64 sessions, then no more', { skip }, async () => {
  const names = Array.from({ length: 65 }, (_, i) => `s${i}`);
  const starts = names.map((name): Step => ['start', { ...SETTINGS, name, guid: sessionGuid(name) }]);
  const said = await run(machine(), ...starts, ['list']);
  assert.equal(errorOf(said[64]), 'ERROR_NO_SYSTEM_RESOURCES');
  assert.deepEqual(
    (part(said[65], 'value') as unknown as readonly Said[]).map(({ name }) => name),
    names.slice(0, 64),
  );
});

test('a session of ours: taken over after kill -9, refused while its owner lives', { skip }, async () => {
  const standin = machine();
  const first = await owner(standin);
  const [refused] = await run(standin, ['own', OWN]);
  assert.equal(part(refused, 'refusal')['reason'], 'owner_lives');
  assert.equal(standin.session(OWN.name)?.running, true);
  await first.kill();
  assert.equal(standin.session(OWN.name)?.running, true, 'the session outlives its owner');
  const [taken, again, stopped] = await run(standin, ['own', OWN], ['own', OWN], ['stop_own']);
  assert.equal(taken?.['kind'], 'started');
  assert.equal(part(taken, 'tookOver')['name'], OWN.name);
  // A thread gets its own mutex again; a process must not take over from itself.
  assert.equal(part(again, 'refusal')['reason'], 'owner_lives');
  assert.equal(stopped?.['kind'], 'ok');
  assert.ok(standin.sessions().every(({ running }) => !running));
});

test('a claim that cannot be: the error is the one of the call', { skip }, async () => {
  const [none, ours] = await run(machine(), ['claim', 'Global\\no\\such'], ['claim', 'Global\\sigel-test']);
  assert.equal(errorOf(none), 'ERROR_PATH_NOT_FOUND');
  assert.deepEqual(ours, { kind: 'ours', abandoned: false });
});

test("somebody else's session is never touched", { skip }, async () => {
  const standin = machine();
  const guid = '11111111-2222-3333-4444-555555555555';
  const [, refused, left] = await run(
    standin,
    ['start', { ...SETTINGS, guid }],
    ['own', { ...OWN, name: OWN.name.toUpperCase() }],
    ['left_over'],
  );
  const refusal = part(refused, 'refusal');
  assert.equal(refusal['reason'], 'foreign');
  assert.match(String(refusal['message']), new RegExp(guid));
  assert.deepEqual(left, { stopped: [], errors: [] });
  assert.equal(standin.session(OWN.name)?.running, true);
  assert.deepEqual(standin.calls('ControlTraceW stop'), []);
});

test('what crashes have left under other names is stopped, what lives is not', { skip }, async () => {
  const standin = machine();
  const crashed = await owner(standin, { ...OWN, name: 'sigel-old' });
  const living = await owner(standin, { ...OWN, name: 'sigel-living' });
  await crashed.kill();
  const [left] = await run(standin, ['left_over']);
  const stopped = left?.['stopped'] as readonly Said[];
  assert.deepEqual([stopped.map(({ name }) => name), left?.['errors']], [['sigel-old'], []]);
  assert.equal(standin.session('sigel-living')?.running, true);
  await living.kill();
});

test('a DLL without the functions, and none at all', { skip }, async () => {
  for (const [path, message] of [
    ['C:\\windows\\system32\\version.dll', /does not export StartTraceW/],
    ['C:\\none.dll', /cannot be loaded/],
  ] as const) {
    const ended = await start({ env: { SIGEL_TEST_ETW_LIBRARY: path } }, ['list']).ended;
    assert.equal(ended.code, 3, ended.stderr);
    assert.match(String(part(lines(ended.stdout)[0], 'error')['message']), message);
  }
});
