import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  EnableFlag,
  EnableProperty,
  FilterLimit,
  FilterType,
  LogFileMode,
  ProcessTraceMode,
  ProviderControl,
  TraceControl,
  WaitResult,
  WnodeFlag,
} from '../../src/windows/abi/constants.ts';
import { ERROR_TABLE } from '../../src/windows/abi/error_table.ts';
import {
  JOB_OBJECT_QUERY,
  JobClass,
  NtStatus,
  OBJ_CASE_INSENSITIVE,
} from '../../src/windows/abi/job_constants.ts';
import { JOB_STRUCTS } from '../../src/windows/abi/job_structs.ts';
import { type Struct, struct } from '../../src/windows/abi/layout.ts';
import { STRUCTS as ETW_STRUCTS } from '../../src/windows/abi/structs.ts';
import {
  CERT_NAME_SIMPLE_DISPLAY_TYPE,
  FileOpen,
  Trust,
  TrustAnswer,
} from '../../src/windows/abi/trust_constants.ts';
import { TRUST_STRUCTS } from '../../src/windows/abi/trust_structs.ts';
import { run } from '../interop/peers/process.ts';
import { haveTool } from '../interop/peers/tools.ts';
import { ROOT, readTable } from '../interop/shared_data.ts';
import { assertionsInC, valuesInC } from './layout_assertions.ts';

const STRUCTS = [...ETW_STRUCTS, ...JOB_STRUCTS, ...TRUST_STRUCTS];

/** `STRUCT` and `STRUCT FIELD` that mingw's headers have, as far as the table of facts knows. */
const IN_MINGW = new Set(
  readTable(join(ROOT, 'src/windows/abi/testdata/layouts.tsv'))
    .filter(({ sources }) => sources?.includes('mingw'))
    .flatMap(({ struct = '', field = '' }) => [struct, `${struct} ${field}`]),
);
const isAbsent = (name: string, field?: string): boolean =>
  !IN_MINGW.has(field === undefined ? name : `${name} ${field}`);

test('mingw lacks what the facts say it lacks, and nothing else', () => {
  assert.deepEqual(
    STRUCTS.map(({ name }) => name).filter((name) => isAbsent(name)),
    [
      'EVENT_FILTER_EVENT_ID',
      'ETW_BUFFER_HEADER',
      'ETW_BUFFER_CALLBACK_INFORMATION',
      'ETW_OPEN_TRACE_OPTIONS',
      'JOBOBJECT_CONTAINER_IDENTIFIER_V2',
      'SILOOBJECT_BASIC_INFORMATION',
      'SERVERSILO_BASIC_INFORMATION',
    ],
  );
  assert.deepEqual(
    STRUCTS.filter(({ name }) => !isAbsent(name)).flatMap(({ name, fields }) =>
      fields.filter((field) => isAbsent(name, field.name)).map((field) => `${name}.${field.name}`),
    ),
    ['EVENT_HEADER_EXTENDED_DATA_ITEM.Linkage', 'PROVIDER_ENUMERATION_INFO.Reserved'],
  );
});

const skip = (await haveTool('mingw')) ? false : 'mingw-w64 (x86_64-w64-mingw32-gcc) is not installed';

test('the headers of mingw lay the structs out as declared', { skip }, async () => {
  assert.equal(await compile(STRUCTS), '');
});

test('a struct that differs does not compile', { skip }, async () => {
  const wrong = struct('EVENT_MAP_ENTRY', { Value: 'uint32', OutputOffset: 'uint32' });
  assert.match(await compile([wrong]), /offset of EVENT_MAP_ENTRY\.Value/);
});

// What mingw has of the numbers; the others are facts of windows-sys alone.
const VALUES: readonly (readonly [macro: string, value: number])[] = [
  ...ERROR_TABLE.filter(({ code }) => code !== 258).map(({ code, name }) => [name, code] as const),
  ...named(
    'EVENT_TRACE_',
    '_MODE',
    pick(LogFileMode, ['realTime', 'buffering', 'systemLogger', 'compressed']),
  ),
  ['EVENT_TRACE_INDEPENDENT_SESSION_MODE', LogFileMode.independentSession],
  ['EVENT_TRACE_PERSIST_ON_HYBRID_SHUTDOWN', LogFileMode.persistOnHybridShutdown],
  ['EVENT_TRACE_NO_PER_PROCESSOR_BUFFERING', LogFileMode.noPerProcessorBuffering],
  ...named('WNODE_FLAG_', '', WnodeFlag),
  ...named('EVENT_TRACE_CONTROL_', '', TraceControl),
  ['EVENT_CONTROL_CODE_DISABLE_PROVIDER', ProviderControl.disable],
  ['EVENT_CONTROL_CODE_ENABLE_PROVIDER', ProviderControl.enable],
  ['EVENT_CONTROL_CODE_CAPTURE_STATE', ProviderControl.captureState],
  ...named('EVENT_ENABLE_PROPERTY_', '', pick(EnableProperty, ['sid', 'tsId', 'stackTrace'])),
  ['EVENT_FILTER_TYPE_SCHEMATIZED', FilterType.schematized],
  ['MAX_EVENT_FILTER_DATA_SIZE', FilterLimit.bytes],
  ...named('EVENT_TRACE_FLAG_', '', EnableFlag),
  ...named('PROCESS_TRACE_MODE_', '', ProcessTraceMode),
  ['WAIT_OBJECT_0', WaitResult.object0],
  ['WAIT_ABANDONED', WaitResult.abandoned],
  ['WAIT_TIMEOUT', WaitResult.timeout],
  ['WAIT_FAILED', WaitResult.failed],
  ['JOB_OBJECT_QUERY', JOB_OBJECT_QUERY],
  ['OBJ_CASE_INSENSITIVE', OBJ_CASE_INSENSITIVE],
  ['JobObjectBasicProcessIdList', JobClass.basicProcessIdList],
  ...named('STATUS_', '', NtStatus),
  ['WTD_UI_NONE', Trust.uiNone],
  ['WTD_REVOKE_NONE', Trust.revokeNone],
  ['WTD_CHOICE_FILE', Trust.choiceFile],
  ['WTD_CHOICE_CATALOG', Trust.choiceCatalog],
  ['WTD_STATEACTION_VERIFY', Trust.stateVerify],
  ['WTD_STATEACTION_CLOSE', Trust.stateClose],
  ['WTD_CACHE_ONLY_URL_RETRIEVAL', Trust.cacheOnly],
  ['CERT_NAME_SIMPLE_DISPLAY_TYPE', CERT_NAME_SIMPLE_DISPLAY_TYPE],
  ['GENERIC_READ', FileOpen.genericRead],
  ['(FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)', FileOpen.shareAll],
  ['OPEN_EXISTING', FileOpen.openExisting],
  ['FILE_FLAG_OPEN_REPARSE_POINT', FileOpen.reparsePoint],
  ['(unsigned)TRUST_E_NOSIGNATURE', TrustAnswer.noSignature],
  ['(unsigned)TRUST_E_BAD_DIGEST', TrustAnswer.badDigest],
  ['(unsigned)TRUST_E_EXPLICIT_DISTRUST', TrustAnswer.explicitDistrust],
  ['(unsigned)CERT_E_EXPIRED', TrustAnswer.expired],
  ['(unsigned)CERT_E_UNTRUSTEDROOT', TrustAnswer.untrustedRoot],
  ['(unsigned)CERT_E_CHAINING', TrustAnswer.chaining],
  ['(unsigned)CERT_E_REVOKED', TrustAnswer.revoked],
];

test('the numbers are those of the headers', { skip }, async () => {
  assert.equal(await compileText(valuesInC(VALUES)), '');
});

/** `realTime` as `EVENT_TRACE_REAL_TIME_MODE`. */
function named(before: string, after: string, values: Readonly<Record<string, number>>) {
  return Object.entries(values).map(
    ([name, value]) => [`${before}${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}${after}`, value] as const,
  );
}

function pick<K extends string>(values: Readonly<Record<K, number>>, names: readonly K[]) {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function compile(structs: readonly Struct[]): Promise<string> {
  return compileText(assertionsInC(structs, isAbsent));
}

/** What the compiler complains about. */
async function compileText(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-abi-'));
  try {
    const file = join(folder, 'layouts.c');
    writeFileSync(file, text);
    const ended = await run('x86_64-w64-mingw32-gcc', [
      '-std=c11',
      '-fsyntax-only',
      '-Wall',
      '-Werror',
      file,
    ]);
    assert.equal(ended.code === 0, ended.stderr === '');
    return ended.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
