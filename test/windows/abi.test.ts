import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Struct, struct } from '../../src/windows/abi/layout.ts';
import { STRUCTS } from '../../src/windows/abi/structs.ts';
import { run } from '../interop/peers/process.ts';
import { haveTool } from '../interop/peers/tools.ts';
import { ROOT, readTable } from '../interop/shared_data.ts';
import { assertionsInC } from './layout_assertions.ts';

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

/** What the compiler complains about. */
async function compile(structs: readonly Struct[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-abi-'));
  try {
    const file = join(folder, 'layouts.c');
    writeFileSync(file, assertionsInC(structs, isAbsent));
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
