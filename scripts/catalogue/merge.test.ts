import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogueEvent } from '../../src/etw/catalogue/format.ts';
import type { ProviderFacts } from './facts.ts';
import { readTable } from './manifest_tsv.ts';
import { readManifest } from './manifest_xml.ts';
import { type Descriptions, mergeProvider } from './merge.ts';
import { type FieldPatch, Patcher } from './patches.ts';

const GUID = '11111111-2222-3333-4444-555555555555';

function manifest(events: string, templates: string, maps = ''): ProviderFacts[] {
  return readManifest(
    `<instrumentationManifest><provider name="P" guid="{${GUID.toUpperCase()}}">
      <keywords><keyword name="Net" mask="0x1F"/><keyword name="keyword_20" mask="0x20"/></keywords>
      <maps>${maps}</maps><events>${events}</events><templates>${templates}</templates></provider>
      <stringTable><string id="m.a" value="Alpha "/></stringTable></instrumentationManifest>`,
    'the manifest',
  );
}

function table(
  ...events: readonly [id: number, version: number, signature: string, opcode?: string, task?: string][]
): ProviderFacts {
  const lines = events.map(([id, version, signature, opcode = '', task = '']) =>
    ['P', id, version, signature, opcode, '', task, 'Informational', '', ''].join('\t'),
  );
  const header =
    'provider\tevent_id\tversion\tevent(fields)\topcode\tkeywords\ttask\tlevel\tevtlog_channel\tevtlog_message';
  return readTable([header, ...lines].join('\r\n'), 'the table');
}

function merge(from: Partial<Descriptions>, patches: readonly FieldPatch[] = []) {
  const reports: string[] = [];
  const descriptions: Descriptions = { provider: 'P', manifests: [], tables: [], names: 'table', ...from };
  const file = mergeProvider(descriptions, new Patcher(patches), (line) => reports.push(line));
  return { file, reports };
}

const EVENT = '<event value="7" version="1" symbol="Open_V1" task="Open" opcode="win:Start" template="T"/>';
const TEMPLATE = `<template tid="T">
  <data name="Size" inType="win:UInt16"/>
  <data name="Data" inType="win:Binary" length="Size" outType="win:SocketAddress"/>
  <data name="Kind" inType="win:UInt32" map="Kinds"/><UserData><Data/></UserData></template>`;
const MAPS = `<valueMap name="Kinds"><map value="0x10" message="$(string.m.a)"/></valueMap>
  <bitMap name="Unused"><map value="0x1" message="$(string.m.a)"/></bitMap>`;
const FIELDS = [
  { name: 'Size', in: 'UInt16' },
  { name: 'Data', in: 'Binary', out: 'sockaddr', length: 'Size' },
  { name: 'Kind', in: 'UInt32', map: 'Kinds' },
];

test('a manifest alone gives names, types, maps and keywords', () => {
  const { file, reports } = merge({ manifests: manifest(EVENT, TEMPLATE, MAPS) });
  assert.deepEqual(file, {
    kind: 'manifest',
    provider: 'P',
    guid: GUID,
    sources: ['the manifest'],
    keywords: { Net: '0x1f' },
    maps: { Kinds: { kind: 'values', names: { 16: 'Alpha' } } },
    events: [{ id: 7, version: 1, name: 'Open', task: 'Open', opcode: 'Start', fields: FIELDS }],
  });
  assert.deepEqual(reports, []);
});

test('a table that agrees on names leaves the manifest its richer fields', () => {
  const tables = [table([7, 1, 'Open_V1(UInt16 Size, Binary Data, UInt32 Kind)', 'Start', 'Open'])];
  const { file, reports } = merge({ manifests: manifest(EVENT, TEMPLATE, MAPS), tables });
  assert.deepEqual(file.events[0]?.fields, FIELDS);
  assert.deepEqual(reports, []);
});

test('a table that disagrees is the newer, keeps what is known of its fields, and is reported', () => {
  const tables = [
    table([7, 1, 'Opened_V1(UInt16 Size, Binary Data, UInt64 Kind, SID Who)', 'Start', 'Opened']),
  ];
  const { file, reports } = merge({ manifests: manifest(EVENT, TEMPLATE, MAPS), tables });
  assert.deepEqual(file.events, [
    {
      id: 7,
      version: 1,
      name: 'Opened',
      task: 'Opened',
      opcode: 'Start',
      fields: [...FIELDS.slice(0, 2), { name: 'Kind', in: 'UInt64' }, { name: 'Who', in: 'SID' }],
    },
  ]);
  assert.deepEqual(reports, [
    'P 7/1: names differ: Opened_V1, Open_V1; taken: Opened_V1',
    'P 7/1: fields differ: (Size, Data, Kind); taken: (Size, Data, Kind, Who)',
  ]);
});

test('the newest table counts, and events of every build are there', () => {
  const tables = [
    table([2, 0, 'B(UInt32 New)'], [1, 1, 'A_V1()']),
    table([2, 0, 'B(UInt32 Old)'], [1, 0, 'A()']),
  ];
  const { file } = merge({ manifests: manifest('', ''), tables });
  assert.deepEqual(
    file.events.map((event) => [event.id, event.version, event.name, event.fields.map(({ name }) => name)]),
    [
      [1, 0, 'A', []],
      [1, 1, 'A', []],
      [2, 0, 'B', ['New']],
    ],
  );
});

test('what only tables know takes lengths from names, and from manifests where they fit', () => {
  const { file, reports } = merge({
    manifests: manifest(
      EVENT,
      `<template tid="T"><data name="Other" inType="win:UInt8"/>
        <data name="Text" inType="win:UnicodeString" length="Other"/></template>`,
    ),
    tables: [
      table(
        [1, 0, 'A(UInt16 NameLength, UnicodeString Name, UInt8 Other, UnicodeString Text)'],
        [2, 0, 'B(UnicodeString Text)'],
      ),
    ],
  });
  assert.deepEqual(
    file.events.map((event) => event.fields.map(({ name, length }) => [name, length])),
    [
      [
        ['NameLength', undefined],
        ['Name', 'NameLength'],
        ['Other', undefined],
        ['Text', 'Other'],
      ],
      [['Text', undefined]],
      [
        ['Other', undefined],
        ['Text', 'Other'],
      ],
    ],
  );
  assert.deepEqual(reports, []);
});

test('a name counts over a made-up one, whichever build has it', () => {
  const { file, reports } = merge({
    manifests: manifest('<event value="7" symbol="OpenProcess"/>', ''),
    tables: [table([7, 0, 'task_07()', '', 'task_0'])],
  });
  assert.equal(file.events[0]?.name, 'OpenProcess');
  assert.deepEqual(reports, []);
});

for (const [inType, outType, expected] of [
  ['UInt32', 'win:NTStatus', 'ntstatus'],
  ['UInt32', 'win:NTSTATUS', 'ntstatus'],
  ['UInt32', 'win:Win32Error', 'win32error'],
  ['Int32', 'win:HResult', 'hresult'],
  ['UInt32', 'win:ErrorCode', 'hex'],
  ['UInt32', 'win:HexInt32', 'hex'],
  ['UInt32', 'win:IPv4', 'ipv4'],
  ['UInt16', 'win:Port', 'port'],
  ['UInt64', 'xs:dateTime', 'datetime'],
  ['FILETIME', 'xs:dateTime', undefined],
  ['UInt8', 'xs:boolean', 'bool'],
  ['UInt32', 'xs:unsignedInt', undefined],
  ['AnsiString', 'win:Utf8', 'utf8'],
] as const) {
  test(`${inType} as ${outType} is ${expected ?? 'itself'}`, () => {
    const { file, reports } = merge({
      manifests: manifest(
        EVENT,
        `<template tid="T"><data name="A" inType="win:${inType}" outType="${outType}"/></template>`,
      ),
    });
    assert.equal(file.events[0]?.fields[0]?.out, expected);
    assert.deepEqual(reports, []);
  });
}

test('an out type nobody knows is reported', () => {
  const { reports } = merge({
    manifests: manifest(
      EVENT,
      '<template tid="T"><data name="A" inType="win:UInt8" outType="win:Odd"/></template>',
    ),
  });
  assert.deepEqual(reports, ['P 7/1: A: out type Odd ignored']);
});

test("a publisher's own manifest keeps its names", () => {
  const { file, reports } = merge({
    manifests: manifest(EVENT, TEMPLATE),
    tables: [table([7, 1, 'OpenStart_V1(UInt16 Size, Binary Data, UInt32 Kind)'])],
    names: 'manifest',
  });
  assert.equal(file.events[0]?.name, 'Open');
  assert.deepEqual(reports, []);
});

for (const [symbol, task, expected] of [
  ['Open_V2', 'Open', { name: 'Open', task: 'Open' }],
  ['task_0CreateKey', 'task_0', { name: 'CreateKey' }],
  ['task_03008', 'task_0', { name: '3008' }],
  ['task_0', 'task_0', { name: '9' }],
] as const) {
  test(`${symbol} is named ${expected.name}`, () => {
    const { file } = merge({ manifests: manifest('', ''), tables: [table([9, 0, `${symbol}()`, '', task])] });
    assert.deepEqual(file.events, [{ id: 9, version: 0, ...expected, fields: [] }]);
  });
}

for (const [title, signature, kept, why] of [
  ['a type nobody knows', 'A(UInt32 X, Odd Y, UInt32 Z)', ['X'], 'type Odd'],
  ['a structure without members', 'A(UInt32 X, 28 Y, UInt32 Z)', ['X'], 'type structure'],
  ['binary data without a length', 'A(UInt32 X, Binary Y)', ['X'], 'binary data without a length'],
  ['a length that no earlier field has', 'A(Binary Data, UInt16 Size)', [], 'length Size'],
] as const) {
  test(`fields end before ${title}`, () => {
    const { file, reports } = merge({
      manifests: manifest(EVENT, TEMPLATE),
      tables: [table([1, 0, signature])],
    });
    const fields: CatalogueEvent['fields'] | undefined = file.events[0]?.fields;
    assert.deepEqual(
      fields?.map(({ name }) => name),
      kept,
    );
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', new RegExp(`${why}$`));
  });
}

test('patches change fields by name and published type, and know when they match nothing', () => {
  const patch = (field: RegExp, inType: string, set: FieldPatch['set']): FieldPatch => ({
    provider: 'P',
    field,
    in: inType,
    set,
    source: 'this test',
  });
  const patches = [
    patch(/^addr$/, 'Binary', { out: 'IPv6' }),
    patch(/^addr$/, 'UInt32', { out: 'IPv4' }),
    patch(/^id$/, 'UInt32', { in: 'Pointer' }),
    patch(/^id$/, 'UInt8', { out: 'PID' }),
    { ...patch(/^rest$/, 'UInt16', { out: 'Port' }), provider: ['Q', 'P'], in: ['UInt8', 'UInt16'] },
  ];
  const patcher = new Patcher(patches);
  const file = mergeProvider(
    {
      provider: 'P',
      manifests: manifest('', ''),
      tables: [table([1, 0, 'A(UInt32 addr, UInt32 id)'], [2, 0, 'B(Binary addr, UInt16 rest)'])],
      names: 'table',
    },
    patcher,
    assert.fail,
  );
  assert.deepEqual(
    file.events.map((event) => event.fields),
    [
      [
        { name: 'addr', in: 'UInt32', out: 'ipv4' },
        { name: 'id', in: 'Pointer' },
      ],
      [
        { name: 'addr', in: 'Binary', out: 'ipv6', length: 16 },
        { name: 'rest', in: 'UInt16', out: 'port' },
      ],
    ],
  );
  assert.deepEqual(patcher.unused(['P']), [patches[3]]);
  assert.deepEqual(patcher.unused(['Q']), []);
});

test('structures keep their members and their own counts', () => {
  const { file } = merge({
    manifests: manifest(
      '<event value="1" symbol="A" template="T"/>',
      `<template tid="T"><data name="Count" inType="win:UInt32"/><struct name="Values" count="Count">
        <data name="N" inType="win:UInt8"/><data name="Ids" inType="win:UInt64" outType="win:HexInt64" count="N"/>
      </struct></template>`,
    ),
  });
  assert.deepEqual(file.events[0]?.fields, [
    { name: 'Count', in: 'UInt32' },
    {
      name: 'Values',
      in: 'Struct',
      count: 'Count',
      fields: [
        { name: 'N', in: 'UInt8' },
        { name: 'Ids', in: 'UInt64', out: 'hex', count: 'N' },
      ],
    },
  ]);
});
