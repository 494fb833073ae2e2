import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalogue } from './catalogue.ts';
import type { CatalogueFile } from './format.ts';

const MANIFEST = 'abcdef01-2222-3333-4444-555555555555';
const CLASSIC = '66666666-2222-3333-4444-555555555555';

const FILES: Readonly<Record<string, CatalogueFile>> = {
  'm.json': {
    kind: 'manifest',
    provider: 'M',
    guid: MANIFEST,
    sources: ['this test'],
    keywords: { Net: '0x1f' },
    maps: { Kinds: { kind: 'values', names: { 1: 'One' } } },
    events: [
      { id: 1, version: 3, name: 'OpenNew', fields: [] },
      {
        id: 1,
        version: 1,
        name: 'Open',
        task: 'Open',
        opcode: 'Start',
        fields: [
          { name: 'Size', in: 'UInt16' },
          { name: 'Data', in: 'Binary', length: 'Size' },
          { name: 'Address', in: 'Binary', out: 'ipv6', length: 16 },
          { name: 'Ids', in: 'Struct', count: 'Size', fields: [{ name: 'Id', in: 'UInt8', map: 'Kinds' }] },
        ],
      },
    ],
  },
  'c.json': {
    kind: 'classic',
    provider: 'C',
    guid: CLASSIC,
    sources: ['this test'],
    events: [
      { opcodes: [1, 2], version: 0, name: 'Start', names: { 1: 'Start', 2: 'End' }, fields: [] },
      {
        opcodes: [9],
        version: 0,
        name: 'Rest',
        fields: [
          { name: 'Stack', in: 'Pointer', count: '*' },
          { name: 'Bytes', in: 'Binary', length: '*' },
        ],
      },
    ],
  },
};

function setUp(): { catalogue: Catalogue; read: string[] } {
  const read: string[] = [];
  const index = new Map([
    [MANIFEST, 'm.json'],
    [CLASSIC, 'c.json'],
  ]);
  const catalogue = new Catalogue(index, (name) => {
    read.push(name);
    return FILES[name] ?? assert.fail(name);
  });
  return { catalogue, read };
}

test('a schema names fields of lengths and counts by index', () => {
  assert.deepEqual(setUp().catalogue.manifest(MANIFEST, 1, 1), {
    provider: 'M',
    event: 'Open',
    task: 'Open',
    opcode: 'Start',
    source: 'catalogue',
    fields: [
      { name: 'Size', inType: 'UInt16' },
      { name: 'Data', inType: 'Binary', length: { field: 0 } },
      { name: 'Address', inType: 'Binary', outType: 'ipv6', length: 16 },
      {
        name: 'Ids',
        inType: 'Struct',
        count: { field: 0 },
        fields: [{ name: 'Id', inType: 'UInt8', map: 'Kinds' }],
      },
    ],
    maps: new Map([['Kinds', { kind: 'values', names: new Map([[1, 'One']]) }]]),
  });
});

for (const [version, event] of [
  [0, undefined],
  [1, 'Open'],
  [2, 'Open'],
  [3, 'OpenNew'],
  [255, 'OpenNew'],
] as const) {
  test(`version ${version} is read as ${event ?? 'nothing'}`, () => {
    assert.equal(setUp().catalogue.manifest(MANIFEST, 1, version)?.event, event);
  });
}

test('classic events are found by opcode, and share their fields', () => {
  const { catalogue } = setUp();
  const start = catalogue.classic(CLASSIC, 1, 0);
  const end = catalogue.classic(CLASSIC, 2, 4);
  assert.deepEqual(start, { provider: 'C', event: 'Start', fields: [], source: 'classic' });
  assert.equal(end?.event, 'End');
  assert.equal(start?.fields, end?.fields);
  assert.equal(catalogue.classic(CLASSIC, 3, 0), undefined);
});

test('an asterisk is the rest of the payload', () => {
  assert.deepEqual(setUp().catalogue.classic(CLASSIC, 9, 0)?.fields, [
    { name: 'Stack', inType: 'Pointer', count: 'rest' },
    { name: 'Bytes', inType: 'Binary', length: 'rest' },
  ]);
});

test('a manifest is not a class, nor a class a manifest', () => {
  const { catalogue } = setUp();
  assert.equal(catalogue.classic(MANIFEST, 1, 1), undefined);
  assert.equal(catalogue.manifest(CLASSIC, 1, 0), undefined);
});

test('a file is read once, on first sight of its provider; other GUIDs read nothing', () => {
  const { catalogue, read } = setUp();
  for (const guid of ['', '../../etc/passwd', '__proto__', 'constructor', MANIFEST.toUpperCase()]) {
    assert.equal(catalogue.manifest(guid, 1, 1), undefined);
    assert.equal(catalogue.map(guid, 'Kinds'), undefined);
    assert.equal(catalogue.providerName(guid), undefined);
  }
  assert.deepEqual(read, []);
  assert.equal(catalogue.manifest(MANIFEST, 1, 1), catalogue.manifest(MANIFEST, 1, 2));
  assert.equal(catalogue.manifest(MANIFEST, 77, 1), undefined);
  assert.deepEqual(read, ['m.json']);
});

test('maps are found by name, and only those of the file', () => {
  const { catalogue } = setUp();
  assert.deepEqual(catalogue.map(MANIFEST, 'Kinds'), { kind: 'values', names: { 1: 'One' } });
  assert.equal(catalogue.map(MANIFEST, 'toString'), undefined);
  assert.equal(catalogue.map(CLASSIC, 'Kinds'), undefined);
});

test('keywords are those of the file', () => {
  const { catalogue } = setUp();
  assert.deepEqual(catalogue.keywords(MANIFEST), { Net: '0x1f' });
  assert.equal(catalogue.keywords(CLASSIC), undefined);
});

// What is shipped, as whoever maps these events relies on it.
for (const [guid, id, version, event, fields] of [
  [
    '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
    1,
    0,
    'ProcessStart',
    'ProcessID CreateTime ParentProcessID SessionID ImageName',
  ],
  ['22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', 22, 0, 'JobServerSiloStateChange', 'ContainerID JobID State'],
  [
    'edd08927-9cc4-4e65-b970-c2560fb5c289',
    26,
    1,
    'DeletePath',
    'Irp FileObject FileKey ExtraInformation IssuingThreadId InfoClass FilePath',
  ],
  ['70eb4f03-c1de-4f73-a051-33d13d5413bd', 13, 0, 'CloseKey', 'KeyObject Status KeyName'],
  [
    'e02a841c-75a3-4fa7-afc8-ae09cf9b7f23',
    5,
    0,
    'KERNEL_AUDIT_API_OPENPROCESS',
    'TargetProcessId DesiredAccess ReturnCode',
  ],
  [
    '2a576b87-09a7-520e-c21a-4942f0271d67',
    1101,
    0,
    '1101',
    'session scanStatus scanResult appname contentname contentsize originalsize content hash contentFiltered',
  ],
  [
    '1c95126e-7eea-49a9-a3fe-a378b03ddb4d',
    3008,
    0,
    '3008',
    'QueryName QueryType QueryOptions QueryStatus QueryResults',
  ],
] as const) {
  test(`the shipped catalogue knows ${event} ${id}/${version}`, () => {
    const schema = Catalogue.shipped().manifest(guid, id, version);
    assert.equal(schema?.event, event);
    assert.equal(schema.fields.map(({ name }) => name).join(' '), fields);
  });
}

test('the shipped catalogue knows addresses and ports', () => {
  const types = (id: number): unknown =>
    Catalogue.shipped()
      .manifest('7dd42a49-5329-4832-8dfd-43d979153a88', id, 0)
      ?.fields.filter(({ name }) => ['PID', 'daddr', 'dport', 'connid'].includes(name))
      .map(({ inType, outType, length }) => [inType, outType, length]);
  const pid = ['UInt32', 'pid', undefined];
  const rest = [
    ['UInt16', 'port', undefined],
    ['Pointer', undefined, undefined],
  ];
  assert.deepEqual(types(12), [pid, ['UInt32', 'ipv4', undefined], ...rest]);
  assert.deepEqual(types(28), [pid, ['Binary', 'ipv6', 16], ...rest]);
});

// Opcodes of the kernel's and the merging tools' classes, with the names and fields that whoever maps them needs.
for (const [provider, guid, opcode, version, event, fields] of [
  ['Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', 39, 5, 'Defunct', 'ExitTime'],
  ['Process', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', 2, 5, 'End', 'ApplicationId'],
  ['Image', '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', 10, 3, 'Load', 'FileName'],
  ['FileIo', '90cbdc39-4a3e-11d1-84f4-0000f80464e3', 36, 2, 'FileRundown', 'FileName'],
  ['FileIo', '90cbdc39-4a3e-11d1-84f4-0000f80464e3', 64, 9, 'Create', 'OpenPath'],
  ['DiskIo', '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c', 10, 3, 'Read', 'IssuingThreadId'],
  ['TcpIp', '9a280ac0-c8e0-11d1-84e2-00c04fb998a2', 28, 2, 'ConnectIPV6', 'connid'],
  ['Registry', 'ae53722e-c863-11d2-8659-00c04fa321a1', 22, 2, 'KCBCreate', 'KeyName'],
  ['PerfInfo', 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc', 46, 2, 'SampleProf', 'Rank'],
  ['StackWalk', 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3', 32, 2, 'Stack', 'Stack'],
  ['PageFault', '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c', 32, 2, 'HardFault', 'ByteCount'],
  ['ImageID', 'b3e675d7-2554-4f18-830b-2762732560de', 36, 2, 'DbgID_RSDS', 'PdbFileName'],
  ['SystemConfigEx', '9b79ee91-b5fd-41c0-a243-4248e266e9d0', 35, 0, 'VolumeMapping', 'DosPath'],
] as const) {
  test(`the shipped catalogue knows ${provider} ${event} (opcode ${opcode}, version ${version})`, () => {
    const schema = Catalogue.shipped().classic(guid, opcode, version);
    assert.equal(schema?.provider, provider);
    assert.equal(schema.event, event);
    assert.equal(schema.fields.at(-1)?.name, fields);
  });
}
