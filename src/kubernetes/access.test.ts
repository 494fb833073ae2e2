import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type AccessOptions, accessOf, type Surroundings } from './access.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-access-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
writeFileSync(file('token'), 'abc.def\n');
writeFileSync(file('ca'), 'authority');
writeFileSync(file('two'), 'abc\ndef');
writeFileSync(file('empty'), '');
writeFileSync(file('large'), 'x'.repeat(65 * 1024));

function access(options: AccessOptions, env: Surroundings['env'] = {}, platform = 'linux') {
  const made = accessOf(options, { env, platform });
  assert.ok(!('reason' in made), 'there is an access');
  return made;
}

const SERVERS: readonly (readonly [title: string, AccessOptions, Surroundings['env'], string | RegExp])[] = [
  [
    'in a pod',
    {},
    { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' },
    'https://10.0.0.1:6443',
  ],
  ['with IPv6', {}, { KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'https://[fd00::1]'],
  ['configured', { server: 'https://api:6443' }, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'https://api:6443'],
  ['outside', {}, {}, /KUBERNETES_SERVICE_HOST is not set.*kubernetes::server/],
];
for (const [title, options, env, expected] of SERVERS) {
  test(`the API server: ${title}`, () => {
    const made = accessOf(options, { env, platform: 'linux' });
    if (typeof expected === 'string') assert.equal('reason' in made ? '' : made.server.origin, expected);
    else assert.match('reason' in made ? made.reason : '', expected);
  });
}

const server = 'https://api';
const TOKENS: readonly (readonly [title: string, name: string, expected: string | RegExp])[] = [
  ['as it is written', 'token', 'abc.def'],
  ['two lines', 'two', /holds no token/],
  ['empty', 'empty', /holds no token/],
  ['too large', 'large', /larger than 65536 bytes/],
  ['absent', 'none', /ENOENT/],
];
for (const [title, name, expected] of TOKENS) {
  test(`a token file: ${title}`, () => {
    const found = access({ server, token_file: file(name) }).credentials();
    if (typeof expected === 'string') assert.equal(found.kind === 'credentials' && found.token, expected);
    else assert.match(found.kind === 'missing' ? found.reason : '', expected);
  });
}

test('what stands in a file that is no token is not told', () => {
  const found = access({ server, token_file: file('two') }).credentials();
  assert.doesNotMatch(JSON.stringify(found), /abc/);
});

test('a token that is replaced is read anew', () => {
  const path = file('rotated');
  const made = access({ server, token_file: path, ca_file: file('ca') });
  for (const token of ['one', 'two']) {
    writeFileSync(path, token);
    const found = made.credentials();
    assert.ok(found.kind === 'credentials');
    assert.deepEqual([found.token, found.ca?.toString()], [token, 'authority']);
  }
});

test('a HostProcess container of containerd 1.6 has its service account below its sandbox', () => {
  const mount = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(mount, { recursive: true });
  writeFileSync(join(mount, 'token'), 'of-the-pod');
  writeFileSync(join(mount, 'ca.crt'), 'of the cluster');
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', CONTAINER_SANDBOX_MOUNT_POINT: folder };
  const found = access({}, env, 'win32').credentials();
  assert.ok(found.kind === 'credentials');
  assert.deepEqual([found.token, found.ca?.toString()], ['of-the-pod', 'of the cluster']);
  const elsewhere = access({ server }, env, 'win32').credentials();
  assert.ok(elsewhere.kind === 'credentials');
  assert.equal(elsewhere.ca, undefined, 'another server has another authority');
});

test('no service account is mounted', () => {
  const found = access({ server }, {}, 'win32').credentials();
  assert.match(found.kind === 'missing' ? found.reason : '', /no token of a service account/);
});
