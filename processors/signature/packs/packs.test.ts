/** Packs from a web server and from a registry, both on loopback. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import { digestOf, makePack, type SignedArchive } from '../../../src/sigma/pack/pack.ts';
import { serve } from '../../../test/support/http_answers.ts';
import { bodies, openSignatures, type SignatureRun } from '../../../test/support/signature_processor.ts';
import { smallRule, startOf } from '../../../test/support/small_rules.ts';
import { packConfig } from './config.ts';
import { PACK_MEDIA_TYPE, SIGNATURE_ANNOTATION } from './fetch_pack.ts';
import { PackStore } from './pack_store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-packs-'));
after(() => rmSync(folder, { recursive: true }));
const keys = generateKeyPairSync('ed25519');
const others = generateKeyPairSync('ed25519');
const publicKey = join(folder, 'trusted.pem');
writeFileSync(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));

const packOf = (program: string, day = 1, key: KeyObject = keys.privateKey): Promise<SignedArchive> =>
  makePack(new Map([['a.yml', Buffer.from(smallRule(program))]]), new Date(Date.UTC(2026, 2, day)), key);
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** What is there, the same for both: undefined where nothing answers. */
let there: SignedArchive | undefined;
/** The token that is wanted; without one, none. */
let wanted: string | undefined;
/** The user that is wanted, with its password. */
let known: string | undefined;
/** How the registry asks who one is. */
let asks: 'Bearer' | 'Basic' = 'Bearer';
/** What the registry sends in the place of the archive. */
let spoilt: Buffer | undefined;
let kept = 0;
let keep = '';
beforeEach(() => {
  there = undefined;
  wanted = undefined;
  known = undefined;
  asks = 'Bearer';
  spoilt = undefined;
  keep = join(folder, `kept-${kept++}`);
});

const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`;
const isKnown = (authorization = ''): boolean => known === undefined || authorization === basic(known);

const web = await serve(({ url = '', headers }, response) => {
  if (there === undefined) response.writeHead(503).end();
  else if (!isKnown(headers.authorization)) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
  else if (wanted !== undefined && headers.authorization !== `Bearer ${wanted}`)
    response.writeHead(403).end();
  else if (url === '/pack.tar.gz') response.end(there.archive);
  else if (url === '/pack.tar.gz.sig') response.end(`${there.signature}\n`);
  else response.writeHead(404).end();
});

const manifestOf = ({ archive, signature }: SignedArchive): string =>
  JSON.stringify({
    schemaVersion: 2,
    layers: [
      { mediaType: 'text/plain', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
      { mediaType: PACK_MEDIA_TYPE, digest: `sha256:${digestOf(archive)}`, size: archive.length },
    ],
    annotations: { [SIGNATURE_ANNOTATION]: signature },
  });
const registry = await serve(({ url = '', headers }, response) => {
  const realm = `${registry}/token`;
  if (there === undefined) response.writeHead(503).end();
  else if (url === '/token?service=here&scope=repository%3Arules%2Fwindows%3Apull')
    if (isKnown(headers.authorization)) response.end(JSON.stringify({ token: wanted }));
    else response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
  else if (asks === 'Basic' && !isKnown(headers.authorization))
    response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
  else if (wanted !== undefined && headers.authorization !== `Bearer ${wanted}`) {
    const challenge = `Bearer realm="${realm}",service="here",scope="repository:rules/windows:pull"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
  } else if (url.startsWith('/v2/rules/windows/manifests/')) response.end(manifestOf(there));
  else if (url === `/v2/rules/windows/blobs/sha256:${digestOf(there.archive)}`)
    response.end(spoilt ?? there.archive);
  else response.writeHead(404).end();
});

const PLACES = {
  web: `${web}/pack.tar.gz`,
  registry: `${registry.replace('http', 'oci')}/rules/windows:1`,
} as const;

interface Opened {
  readonly store: PackStore;
  readonly warnings: string[];
  readonly files: () => string;
  /** How often rules were loaded again. */
  readonly changes: () => number;
}

/** Opens a store whose rules are accepted or not. */
async function open(
  options: Partial<z.input<typeof packConfig>>,
  accepts: () => boolean = () => true,
): Promise<Opened> {
  const warnings: string[] = [];
  let changes = 0;
  const none = (): void => undefined;
  const warn = (message: string): void => void warnings.push(message);
  const config = { url: PLACES.web, public_key: publicKey, keep, ...options };
  const parsed = { ...packConfig.parse(config), refresh: 5 };
  const store = new PackStore([parsed], { debug: none, info: none, warn, error: none }, async () => {
    changes++;
    return accepts();
  });
  after(() => store.close());
  await store.open();
  const files = (): string => [...(store.packs.get(parsed.url)?.files.values() ?? [])].join('');
  return { store, warnings, files, changes: () => changes };
}

async function until(what: string, met: () => boolean): Promise<void> {
  for (let i = 0; !met(); i++) {
    assert.ok(i < 6000, `never came: ${what}`);
    await setTimeout(5);
  }
}

for (const [name, url] of Object.entries(PLACES)) {
  test(`${name}: a pack is taken, kept, and taken again from where it is kept when nothing answers`, async () => {
    there = await packOf('tool');
    const { files, store } = await open({ url });
    assert.equal(files(), smallRule('tool'));
    assert.equal(store.digestOf(`${url}#tool.yml`), sha256(there.archive));
    assert.equal(store.digestOf('rules/tool.yml'), undefined);
    there = undefined;
    const later = await open({ url });
    assert.equal(later.files(), smallRule('tool'));
    later.store.follow();
    await until('a warning', () => later.warnings.length > 0);
    assert.equal(later.files(), smallRule('tool'));
    assert.equal(later.store.failing, 1);
  });

  test(`${name}: a newer pack takes its place; one that is older, or signed by another, does not`, async () => {
    there = await packOf('tool', 2);
    const { store, files, warnings } = await open({ url });
    store.follow();
    for (const [pack, reason] of [
      [await packOf('evil', 3, others.privateKey), 'its signature is not of the key that is trusted'],
      [await packOf('old', 1), 'it is older than the one that runs'],
    ] as const) {
      there = pack;
      await until(reason, () => warnings.some((line) => line.includes(reason)));
      assert.equal(files(), smallRule('tool'));
    }
    there = await packOf('new', 3);
    await until('the new pack', () => files() === smallRule('new'));
    await until('success', () => store.failing === 0);
  });

  test(`${name}: a pack with another checksum than the configured one is refused`, async () => {
    there = await packOf('tool');
    const { files, warnings } = await open({ url, sha256: sha256('another') });
    assert.match(warnings.join(), /its SHA-256 is [0-9a-f]{64}, not the one that is configured/);
    assert.equal(files(), '');
    const right = await open({ url, sha256: sha256(there.archive) });
    assert.equal(right.files(), smallRule('tool'));
  });

  test(`${name}: a token is shown`, async () => {
    there = await packOf('tool');
    wanted = 'secret';
    const { files } = await open({ url, token: 'secret' });
    assert.equal(files(), smallRule('tool'));
  });

  test(`${name}: a pack whose rules are refused neither runs nor is kept`, async () => {
    there = await packOf('tool', 1);
    let accepts = true;
    const { store, files, warnings } = await open({ url }, () => accepts);
    const before = readFileSync(keep);
    accepts = false;
    there = await packOf('broken', 2);
    store.follow();
    await until('a refusal', () => warnings.some((line) => line.includes('its rules are refused')));
    assert.equal(files(), smallRule('tool'));
    assert.deepEqual(readFileSync(keep), before);
  });
}

test('a registry that lets anybody in with its token is asked for one', async () => {
  there = await packOf('tool');
  wanted = 'for anybody';
  const { files } = await open({ url: PLACES.registry });
  assert.equal(files(), smallRule('tool'));
});

const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, 'p:ä\n');
const users: readonly [
  title: string,
  url: string,
  how: () => void,
  options: object,
  reason: RegExp | undefined,
][] = [
  ['a web server', PLACES.web, () => {}, { password: 'p:ä' }, undefined],
  ['a web server, by a file', PLACES.web, () => {}, { password_file: passwordFile }, undefined],
  [
    'the token service of a registry',
    PLACES.registry,
    () => (wanted = 'of-ann'),
    { password_file: passwordFile },
    undefined,
  ],
  ['a registry itself', PLACES.registry, () => (asks = 'Basic'), { password: 'p:ä' }, undefined],
  ['a web server, wrongly', PLACES.web, () => {}, { password: 'wrong' }, /wants to know who asks/],
  [
    'a token service, wrongly',
    PLACES.registry,
    () => (wanted = 'of-ann'),
    { password: 'wrong' },
    /does not know who asks/,
  ],
  [
    'a registry itself, wrongly',
    PLACES.registry,
    () => (asks = 'Basic'),
    { password: 'wrong' },
    /wants to know who asks/,
  ],
  [
    'nobody, without its file',
    PLACES.web,
    () => {},
    { password_file: `${passwordFile}-none` },
    /its password_file: no such file/,
  ],
];
for (const [title, url, how, options, reason] of users)
  test(`a user and a password are shown to ${title}`, async () => {
    there = await packOf('tool');
    known = 'ann:p:ä';
    how();
    const { files, warnings } = await open({ url, username: 'ann', ...options });
    assert.equal(files(), reason === undefined ? smallRule('tool') : '');
    assert.match(warnings.join(), reason ?? /^$/);
    assert.doesNotMatch(warnings.join(), /p:ä|wrong|cDrD/, 'no secret is told');
  });

for (const options of [
  { username: 'ann' },
  { password: 'x' },
  { username: 'ann', password: 'x', password_file: 'y' },
  { username: 'ann', password: 'x', token: 'y' },
  { username: 'a:b', password: 'x' },
])
  test(`configured wrongly: ${Object.keys(options).join(', ')}`, () => {
    const config = { url: PLACES.web, public_key: publicKey, keep: 'kept', ...options };
    assert.equal(packConfig.safeParse(config).success, false);
  });

test('a registry that sends other bytes than it named is not believed', async () => {
  there = await packOf('tool');
  spoilt = (await packOf('evil')).archive;
  const { files, warnings } = await open({ url: PLACES.registry });
  assert.match(warnings.join(), /its checksum is wrong/);
  assert.equal(files(), '');
  spoilt = undefined;
  const place = PLACES.registry.slice(0, -2);
  const right = await open({ url: `${place}@sha256:${sha256(manifestOf(there))}` });
  assert.equal(right.files(), smallRule('tool'));
  const wrong = await open({ url: `${place}@sha256:${'1'.repeat(64)}`, keep: `${keep}-none` });
  assert.match(wrong.warnings.join(), /its manifest is not the one of the digest/);
});

test('a kept pack that was changed is not taken', async () => {
  there = await packOf('tool');
  await open({});
  const bytes = readFileSync(keep);
  bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
  writeFileSync(keep, bytes);
  there = undefined;
  const { files, warnings } = await open({});
  assert.equal(files(), '');
  assert.match(warnings.join(), /kept of .* is not taken: its signature/);
});

test('without a key nothing starts', async () => {
  await assert.rejects(open({ public_key: join(folder, 'none') }), /none cannot be read: no such file/);
  const rsa = join(folder, 'rsa.pem');
  const { publicKey: other } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  writeFileSync(rsa, other.export({ type: 'spki', format: 'pem' }));
  await assert.rejects(open({ public_key: rsa }), /holds no Ed25519 key/);
});

test('rules of a pack run beside others, in the mode of the pack, and change with it', async () => {
  there = await packOf('tool', 1);
  const pack = { url: PLACES.web, public_key: publicKey, keep };
  const run: SignatureRun = await openSignatures({ builtin: false, emit: 'detections', packs: [pack] });
  await run.processor.consumeLogs([startOf('tool')]);
  const shadow = await openSignatures({
    builtin: false,
    emit: 'detections',
    packs: [{ ...pack, mode: 'shadow' }],
  });
  await shadow.processor.consumeLogs([startOf('tool')]);
  for (const { processor } of [run, shadow]) await processor.shutdown(AbortSignal.timeout(20_000));
  assert.deepEqual([bodies(run), bodies(shadow)], [['tool runs'], []]);
  assert.ok(existsSync(keep));
});
