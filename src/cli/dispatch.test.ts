import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { TestIo } from '../../test/support/cli_io.ts';
import { components } from '../components.ts';
import { allCommands, dispatch } from './dispatch.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** An empty trace folder is read to its end at once. */
const VALID =
  'yaml:{ receivers: { etl: { include: [no-such-folder/*.etl] } }, exporters: { otlp_grpc: { endpoint: "127.0.0.1:1" } }, service: { pipelines: { logs: { receivers: [etl], exporters: [otlp_grpc] } } } }';

async function sigel(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const io = new TestIo(env);
  const code = await dispatch(args, io);
  return { code, out: io.out(), err: io.err() };
}

/** All of them, but demo, whose options are those of replay, and rules, which has commands of its own. */
const COMMANDS = (await allCommands())
  .map(({ name }) => name)
  .filter((name) => name !== 'demo' && name !== 'rules');

test('sigel --help lists the commands; without arguments the same goes to stderr; the version', async () => {
  const help = await sigel(['--help']);
  assert.equal(help.code, 0);
  for (const name of COMMANDS) assert.match(help.out, new RegExp(`^  ${name} +\\S`, 'm'));
  assert.deepEqual(await sigel(['-h']), help);
  assert.deepEqual(await sigel(['help']), help);
  assert.deepEqual(await sigel([]), { code: 2, out: '', err: help.out });
  for (const asked of ['version', '--version', '-v', '-V'])
    assert.deepEqual(await sigel([asked]), { code: 0, out: `sigel ${version}\n`, err: '' });
});

for (const name of COMMANDS) {
  test(`sigel ${name}: --help, --version and a wrong option`, async () => {
    const help = await sigel([name, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /^Usage: sigel /);
    assert.ok(help.out.endsWith('\n') && help.err === '');
    assert.deepEqual(await sigel(['help', name]), help);
    assert.deepEqual(await sigel([name, '--version']), { code: 0, out: `sigel ${version}\n`, err: '' });
    const wrong = await sigel([name, '--no-such-option']);
    assert.deepEqual(wrong, {
      code: 2,
      out: '',
      err: `sigel ${name}: Unknown option '--no-such-option'\nSee 'sigel ${name} --help'.\n`,
    });
  });
}

const usage: readonly [title: string, args: readonly string[], err: RegExp][] = [
  ['an unknown command', ['validat'], /^sigel: unknown command "validat"\. Did you mean "validate"\?\n/],
  [
    'a command far from all',
    ['frobnicate'],
    /^sigel: unknown command "frobnicate"\.\nSee 'sigel --help'\.\n$/,
  ],
  ['help for an unknown command', ['help', 'x'], /^sigel: unknown command "x"/],
  ['a name of every object', ['constructor'], /^sigel: unknown command "constructor"/],
  ['no configuration', ['run'], /^sigel run: no configuration: give one with --config\n/],
  ['only --set', ['--set', 'a=b'], /^sigel run: no configuration/],
  [
    'a file without --config',
    ['run', 'a.yaml'],
    /^sigel run: unexpected argument "a\.yaml"\. Did you mean "sigel --config a\.yaml"\?/,
  ],
  [
    'an option without its value',
    ['validate', '--config'],
    /^sigel validate: Option '-c, --config <value>' argument missing\n/,
  ],
  ['an argument to components', ['components', 'x'], /^sigel components: unexpected argument "x"/],
];

for (const [title, args, err] of usage) {
  test(`wrong usage: ${title}`, async () => {
    const result = await sigel(args);
    assert.match(result.err, err);
    assert.deepEqual([result.code, result.out], [2, '']);
  });
}

test('validate: says nothing and exits with 0 when the configuration can run', async () => {
  assert.deepEqual(await sigel(['validate', '--config', VALID]), { code: 0, out: '', err: '' });
});

test('validate: --config and --set come together, in order; env: and references see the environment', async () => {
  const env = { BASE: 'exporters: { otlp_grpc: { endpoint: "${env:PEER}" } }', PEER: 'gateway:4317' };
  const args = [
    '--config',
    VALID,
    '-c',
    'env:BASE',
    '--set',
    'exporters::otlp_grpc::timeout=2s',
    '--set=receivers.etl.batch_size=7',
  ];
  assert.deepEqual(await sigel(['validate', ...args], env), { code: 0, out: '', err: '' });
  const printed = parse((await sigel(['print-config', ...args], env)).out);
  assert.equal(printed.exporters.otlp_grpc.endpoint, 'gateway:4317');
  assert.equal(printed.exporters.otlp_grpc.timeout, '2s');
  assert.equal(printed.receivers.etl.batch_size, 7);
});

for (const command of ['run', 'validate', 'print-config']) {
  test(`${command}: says everything that is wrong and exits with 2`, async () => {
    const { code, out, err } = await sigel([
      command,
      '--config',
      VALID,
      '--set',
      'receivers::etl::includ=x',
      '--set',
      'exporters::debg={}',
    ]);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^--set:1:17: error\[unknown_key\]: receivers::etl has no key "includ"$/m);
    assert.match(err, /^--set:1:12: error\[unknown_type\]: exporters: unknown type "debg"/m);
    assert.match(err, /^The configuration has 2 errors\.\n$/m);
  });
}

test('validate: warnings are said and do not matter', async () => {
  const { code, err } = await sigel(['validate', '--config', VALID, '--set', 'processors::batch={}']);
  assert.equal(code, 0);
  assert.match(err, /warning\[unused_component\]: processor "batch" does nothing/);
});

test('print-config hides secrets', async () => {
  const { code, out } = await sigel([
    'print-config',
    '--config',
    VALID,
    '--set',
    'exporters::otlp_grpc::headers={authorization: Bearer abc}',
  ]);
  assert.equal(code, 0);
  assert.match(out, /authorization: "\[REDACTED\]"/);
  assert.doesNotMatch(out, /abc/);
});

test('components lists every component under its kind', async () => {
  const { code, out } = await sigel(['components']);
  const list = parse(out);
  assert.equal(code, 0);
  assert.deepEqual(list.buildinfo, { command: 'sigel', version });
  for (const { kind, type, description } of components) {
    assert.ok(
      list[`${kind}s`].some((entry: unknown) => JSON.stringify(entry).includes(JSON.stringify(description))),
      type,
    );
  }
});
