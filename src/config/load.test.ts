import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { parseDocument, stringify } from 'yaml';
import { expand } from './expand.ts';
import type { ConfigIssue } from './issue.ts';
import { locate } from './locate.ts';
import { merge } from './merge.ts';
import { toPlain } from './node.ts';
import { MAX_FILE_BYTES, readText } from './read_file.ts';
import { readYaml, YAML_LIMITS } from './read_yaml.ts';
import { readSet } from './set_argument.ts';
import { Source } from './source.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sigel-config-'));
});
after(() => rm(folder, { recursive: true }));

function read(text: string, nestedKeys = false) {
  const result = readYaml(new Source('test', text), { nestedKeys });
  return result.kind === 'read'
    ? result.node
    : assert.fail(JSON.stringify(result.issues.map(({ message }) => message)));
}

function codes(text: string): string[] {
  const result = readYaml(new Source('test', text));
  return result.kind === 'read' ? [] : result.issues.map(({ code }) => code);
}

/** A plain copy with ordinary prototypes, for comparing. */
const plain = (node: Parameters<typeof toPlain>[0]): unknown => JSON.parse(JSON.stringify(toPlain(node)));

test('YAML: reads what the library reads (property)', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }), (value) => {
      const text = stringify({ value });
      assert.deepEqual(plain(read(text)), JSON.parse(JSON.stringify(parseDocument(text).toJS())));
    }),
    { numRuns: 200 },
  );
});

test('YAML: every value knows its place (property)', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.integer(), { maxKeys: 8 }), (values) => {
      const text = `# a comment\n${stringify(values)}`;
      const node = read(text);
      for (const [name, { key, value }] of node.kind === 'map' ? node.entries : []) {
        assert.equal(text.slice(key.start, key.end), name);
        assert.equal(text.slice(value.range.start, value.range.end), String(values[name]));
      }
    }),
  );
});

const yamls: readonly [title: string, text: string, value: unknown][] = [
  ['nothing', '', {}],
  ['only comments', '# none\n', {}],
  ['anchors and aliases', 'a: &x { k: 1 }\nb: *x\n', { a: { k: 1 }, b: { k: 1 } }],
  [
    'merge keys, own keys first',
    'a: &x { k: 1, l: 2 }\nb: { <<: *x, k: 3 }\n',
    { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } },
  ],
  ['a list of merge keys', 'a: { <<: [{ k: 1 }, { k: 2, l: 3 }] }\n', { a: { k: 1, l: 3 } }],
  ['numbers as keys', '200: a\n', { '200': 'a' }],
  ['yes and no are words', 'a: yes\n', { a: 'yes' }],
];

for (const [title, text, value] of yamls) {
  test(`YAML: ${title}`, () => assert.deepEqual(plain(read(text)), value));
}

test('YAML: bounds on depth, size, and what aliases multiply', () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(10)}]`);
  assert.deepEqual(codes(`a0: &a0 ha\n${laughs.join('\n')}\n`), ['too_large']);
  assert.deepEqual(codes(`a: ${'['.repeat(100)}${']'.repeat(100)}`), ['too_large']);
  assert.deepEqual(codes(`a: "${'x'.repeat(YAML_LIMITS.characters)}"`), ['too_large']);
  assert.notDeepEqual(codes('['.repeat(100_000)), []);
});

test('YAML: a key called __proto__ is a key', () => {
  const value = toPlain(read('a: { __proto__: { polluted: true } }\n'));
  assert.equal(JSON.stringify(value), '{"a":{"__proto__":{"polluted":true}}}');
  assert.equal('polluted' in {}, false);
});

test('YAML in an argument: a key a::b is nested, side by side they make one map', () => {
  assert.deepEqual(plain(read('a::b: 1\na::c::d: 2\n', true)), { a: { b: 1, c: { d: 2 } } });
  assert.deepEqual(plain(read('a::b: 1\n')), { 'a::b': 1 });
});

const merges: readonly [title: string, below: string, above: string, merged: unknown][] = [
  ['maps key by key', 'a: { k: 1, l: 2 }', 'a: { l: 3, m: 4 }', { a: { k: 1, l: 3, m: 4 } }],
  ['lists are replaced', 'a: [1, 2]', 'a: [3]', { a: [3] }],
  [
    'a map replaces a scalar, and the other way',
    'a: 1\nb: { k: 1 }',
    'a: { k: 1 }\nb: 2',
    { a: { k: 1 }, b: 2 },
  ],
  ['an empty value replaces', 'a: { k: 1 }', 'a:', { a: null }],
];

for (const [title, below, above, merged] of merges) {
  test(`merging: ${title}`, () => assert.deepEqual(plain(merge(read(below), read(above))), merged));
}

const ENV = {
  PORT: '4317',
  HOST: 'gateway',
  EMPTY: '',
  LIST: '[a, b]',
  SECRET: '0123',
  DOLLAR: '${HOST}',
  NAME: 'HOST',
  BAD: 'a: [',
};

const expansions: readonly [text: string, value: unknown][] = [
  ['${env:PORT}', 4317],
  ['"${env:PORT}"', 4317],
  ['${PORT}', 4317],
  ['host:${env:PORT}', 'host:4317'],
  ['${env:HOST}:${env:PORT}', 'gateway:4317'],
  ['${env:LIST}', ['a', 'b']],
  ['x${env:LIST}', 'x[a, b]'],
  ['${env:NONE:-7}', 7],
  ['${env:NONE:-}', null],
  ['${env:EMPTY:-b}', 'b'],
  ['${env:EMPTY}', null],
  ['a${env:EMPTY}b', 'ab'],
  ['${env:NONE:-${env:HOST}}', 'gateway'],
  ['${env:NONE:-a:-b}', 'a:-b'],
  ['${env:NONE:-a:?b}', 'a:?b'],
  ['${env:HOST:?say which}', 'gateway'],
  ['${env:HOST:?say ${env:NONE:-which}}', 'gateway'],
  ['${env:${env:NAME}}', 'gateway'],
  ['${env:DOLLAR}', '${HOST}'],
  ['${env:BAD}', 'a: ['],
  ['$$', '$'],
  ['$${env:PORT}', '${env:PORT}'],
  ['$$$${PORT}', '$${PORT}'],
  ['a$b $ c', 'a$b $ c'],
  ['[1, "${PORT}", { a: "${PORT}" }]', [1, 4317, { a: 4317 }]],
];

for (const [text, value] of expansions) {
  test(`expansion: ${text}`, async () => {
    const issues: ConfigIssue[] = [];
    const node = await expand(read(`v: ${text}\n`), { env: ENV, readFile: readText, issues });
    assert.deepEqual(issues, []);
    assert.deepEqual(plain(node), { v: value });
  });
}

test('expansion: a string without references stays as it is (property)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', 'a') }), async (text) => {
      const issues: ConfigIssue[] = [];
      const source = new Source('test', JSON.stringify(text.replaceAll('$', '$$$$')));
      const node = readYaml(source);
      if (node.kind === 'wrong') assert.fail(text);
      assert.deepEqual(plain(await expand(node.node, { env: {}, readFile: readText, issues })), text);
      assert.deepEqual(issues, []);
    }),
  );
});

test('expansion: a file may be a map with references, its errors point into it, its last newline is none of it', async () => {
  const [tls, token] = [join(folder, 'tls.yaml'), join(folder, 'token')];
  await writeFile(tls, 'insecure: true\nport: ${env:PORT}\n');
  await writeFile(token, 'abc\n');
  const issues: ConfigIssue[] = [];
  const node = await expand(read(`tls: "\${file:${tls}}"\nauth: "Bearer \${file:${token}}"\n`), {
    env: ENV,
    readFile: readText,
    issues,
  });
  assert.deepEqual(plain(node), { tls: { insecure: true, port: 4317 }, auth: 'Bearer abc' });
  const inner = node.kind === 'map' ? node.entries.get('tls')?.value : undefined;
  assert.equal(inner?.range.source.name, tls);
});

test('expansion: files that name each other come to an end', async () => {
  const file = join(folder, 'loop.yaml');
  await writeFile(file, `a: "\${file:${file}}"\n`);
  const issues: ConfigIssue[] = [];
  await expand(read(`v: "\${file:${file}}"\n`), { env: {}, readFile: readText, issues });
  assert.deepEqual(
    issues.map(({ code }) => code),
    ['bad_expansion'],
  );
});

const sets: readonly [argument: string, value: unknown][] = [
  ['processors::batch::timeout=2s', { processors: { batch: { timeout: '2s' } } }],
  ['processors.batch.timeout=2s', { processors: { batch: { timeout: '2s' } } }],
  ['exporters::otlp_grpc/a.b::headers={x: y}', { exporters: { 'otlp_grpc/a.b': { headers: { x: 'y' } } } }],
  ['a::b=[1, 2]', { a: { b: [1, 2] } }],
  ['a::b=x=y', { a: { b: 'x=y' } }],
  ['a::b=', { a: { b: null } }],
  ['a::b=c::d: 1', { a: { b: { c: { d: 1 } } } }],
];

for (const [argument, value] of sets) {
  test(`--set ${argument}`, () => {
    const result = readSet(argument);
    assert.deepEqual(result.kind === 'read' && plain(result.node), value);
  });
}

test('--config: a path, file:, yaml: and env:', async () => {
  const path = join(folder, 'a.yaml');
  await writeFile(path, '\uFEFFa: 1\n');
  const text = async (argument: string) => {
    const located = await locate(argument, { X: 'b: 2' });
    return located.kind === 'found' ? [located.source.name, located.source.text] : located.message;
  };
  assert.deepEqual(await text(path), [path, 'a: 1\n']);
  assert.deepEqual(await text(`file:${path}`), [path, 'a: 1\n']);
  assert.deepEqual(await text('yaml:a::b: v'), ['yaml:', 'a::b: v']);
  assert.deepEqual(await text('env:X'), ['env:X', 'b: 2']);
  assert.equal(await text('env:Y'), 'the environment variable Y is not set');
  assert.equal(await text('http://x/y'), 'unknown scheme "http" in "http://x/y"');
  assert.equal(await text('c:nowhere.yaml'), 'c:nowhere.yaml cannot be read: no such file');
  assert.equal(await text(folder), `${folder} cannot be read: it is a directory`);
});

test('files: only UTF-8, and no longer than 4 MiB', async () => {
  const reason = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    const file = await readText(path);
    return file.kind === 'read' ? 'read' : file.reason;
  };
  assert.equal(await reason('full', new Uint8Array(MAX_FILE_BYTES).fill(32)), 'read');
  assert.equal(await reason('long', new Uint8Array(MAX_FILE_BYTES + 1).fill(32)), 'it is longer than 4 MiB');
  assert.equal(
    await reason('utf16', new Uint8Array([0xff, 0xfe, 0x61, 0])),
    'it is UTF-16: save it as UTF-8',
  );
  assert.equal(
    await reason('binary', new Uint8Array([0x61, 0xc3, 0x28])),
    'it is not UTF-8 text; for a recorded trace there is `sigel replay FILE`',
  );
});
