import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogFileMode } from '../../windows/abi/constants.ts';
import type { Called, SessionFacts } from '../../windows/sessions/control.ts';
import { judge } from './checks.ts';
import { type Examined, WANTED_FUNCTIONS } from './examined.ts';
import { findingsText } from './findings_text.ts';

const PROCESS = { guid: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', name: 'Microsoft-Windows-Kernel-Process' };
const FUNCTIONS = [...WANTED_FUNCTIONS.etw, ...WANTED_FUNCTIONS.tdh];
const without = (...names: string[]): ReadonlySet<string> =>
  new Set(FUNCTIONS.filter((name) => !names.includes(name)));
const failed = (message: string): Called<never> => ({
  kind: 'failed',
  error: { code: 5, name: 'ERROR_ACCESS_DENIED', message, advice: 'Be an administrator.' },
});
const sessions = (count: number, system: number): Called<readonly SessionFacts[]> => ({
  kind: 'ok',
  value: Array.from({ length: count }, (_, i) => session(i < system ? LogFileMode.systemLogger : 0)),
});

function session(logFileMode: number): SessionFacts {
  return {
    handle: 1n,
    name: 'x',
    guid: '',
    logFileMode,
    bufferSizeKiB: 64,
    minimumBuffers: 4,
    maximumBuffers: 8,
    flushMilliseconds: 1000,
    clock: 'qpc',
    buffers: 4,
    freeBuffers: 4,
    buffersWritten: 0,
    eventsLost: 0,
    logBuffersLost: 0,
    realTimeBuffersLost: 0,
  };
}

const server2022: Examined = {
  windows: { product: 'Windows Server 2022 Datacenter', build: 20348, revision: 2700 },
  arch: 'x64',
  hostProcess: false,
  rights: { kind: 'ok', value: { elevated: true, user: 'S-1-5-18' } },
  account: undefined,
  sessions: sessions(20, 2),
  own: [],
  functions: new Set(FUNCTIONS),
  jobs: { kind: 'ok', value: [] },
  pipe: { path: '\\\\.\\pipe\\containerd-containerd', state: 'connected' },
  providers: { kind: 'ok', value: [{ ...PROCESS, source: 'manifest' }] },
  preset: { name: 'security', providers: [PROCESS.name], sessions: 2 },
};
const rights = (elevated: boolean): Pick<Examined, 'rights'> => ({
  rights: { kind: 'ok', value: { elevated, user: 'S-1-5-21-1-2-3-1001' } },
});
const build = (number: number): Pick<Examined, 'windows'> => ({
  windows: { product: 'Windows', build: number, revision: 1 },
});
const raw = without('OpenTraceFromRealTimeLogger');

test('a node that has everything', () => {
  const findings = judge(server2022);
  assert.deepEqual(
    findings.filter(({ verdict, advice }) => verdict !== 'ok' || advice !== undefined),
    [],
  );
  assert.match(
    findingsText(findings),
    /^ok {4}windows +Windows Server 2022 Datacenter, build 20348\.2700, x64$/m,
  );
  assert.match(findingsText(findings), /^ok {4}rights +elevated, as SYSTEM$/m);
  assert.match(findingsText(findings), /\nSigel can run here\.\n$/);
});

const cases: readonly [
  check: string,
  verdict: string,
  title: string,
  change: Partial<Examined>,
  found: RegExp,
][] = [
  ['windows', 'fail', 'before Server 2019', build(14393), /build 14393\.1/],
  ['windows', 'warn', 'of an unknown build', { windows: undefined }, /not known/],
  ['windows', 'warn', 'on another processor', { arch: 'arm64' }, /arm64/],
  ['job queries', 'warn', 'without them', { jobs: failed('no ntdll') }, /^no ntdll$/],
  [
    'job queries',
    'warn',
    'that lacks a part',
    { jobs: { kind: 'ok', value: ['the session'] } },
    /: the session$/,
  ],
  ['job queries', 'warn', 'as an administrator', rights(true), /by LocalSystem alone/],
  [
    'rights',
    'fail',
    'that is refused everything',
    { ...rights(false), sessions: failed('no') },
    /not elevated/,
  ],
  [
    'rights',
    'warn',
    'of a Performance Log User',
    { ...rights(false), account: 'alice' },
    /not elevated, as alice/,
  ],
  ['rights', 'fail', 'without a token', { rights: failed('no token') }, /no token/],
  [
    'rights',
    'ok',
    'in a HostProcess container',
    { hostProcess: true },
    /as SYSTEM in a HostProcess container/,
  ],
  ['etw', 'fail', 'without ETW', { functions: without('StartTraceW') }, /StartTraceW/],
  ['buffers', 'ok', 'with Server 2019', { ...build(17763), functions: raw }, /one by one .* as is normal/],
  ['buffers', 'warn', 'of 2022 without raw buffers', { functions: raw }, /one by one/],
  ['kernel events', 'ok', 'with Server 2019', build(17763), /EnableFlags/],
  ['schemas', 'warn', 'without TDH', { functions: without('TdhEnumerateProviders') }, /TdhEnumerate/],
  ['sessions', 'fail', 'that may not list sessions', { sessions: failed('denied') }, /^denied$/],
  ['sessions', 'fail', 'without a free session', { sessions: sessions(64, 2) }, /64 of 64/],
  ['sessions', 'warn', 'with few free sessions', { sessions: sessions(63, 2) }, /63 of 64/],
  ['sessions', 'warn', 'without a free system logger', { sessions: sessions(20, 8) }, /8 of 8 system/],
  ['own sessions', 'warn', 'with a session left over', { own: ['sigel-events'] }, /sigel-events/],
  ['providers', 'warn', 'without a provider', { providers: { kind: 'ok', value: [] } }, /not: Microsoft-Win/],
  ['providers', 'warn', 'that cannot list providers', { providers: failed('no list') }, /no list/],
  ['containerd', 'warn', 'without containerd', { pipe: { path: 'p', state: 'absent' } }, /is not there/],
  ['containerd', 'warn', 'with a stuck containerd', { pipe: { path: 'p', state: 'silent' } }, /not answer/],
  ['containerd', 'fail', 'kept out of containerd', { pipe: { path: 'p', state: 'denied' } }, /may not be/],
];
for (const [check, verdict, title, change, found] of cases) {
  test(`${check} is ${verdict} on a host ${title}`, () => {
    const finding = judge({ ...server2022, ...change }).find((one) => one.check === check);
    assert.equal(finding?.verdict, verdict);
    assert.match(finding?.found ?? '', found);
    // Whoever is told of a trouble is told what to do.
    assert.equal(finding?.advice !== undefined, verdict !== 'ok');
  });
}

test('the sum counts what failed and what to look at', () => {
  const text = findingsText(judge({ ...server2022, ...build(10240), own: ['sigel-events'] }));
  assert.match(text, /^fail {2}windows/m);
  assert.match(text, /\n1 failed, 1 to look at\.\n$/);
});
