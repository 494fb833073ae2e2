import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Account } from '../../src/telemetry/ledger.ts';
import { bearerTokenConfig } from './config.ts';
import { BearerTokenExtension } from './extension.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-token-'));
after(() => rmSync(folder, { recursive: true }));
const filename = join(folder, 'token');

function made(config: object, now = () => 0) {
  const said: string[] = [];
  const say = (...words: unknown[]) => void said.push(JSON.stringify(words));
  const account = new Account('bearertokenauth', 'extension');
  const context = { account, logger: { debug: say, info: say, warn: say, error: say } };
  return {
    extension: new BearerTokenExtension(context, bearerTokenConfig.parse(config), now),
    said,
    account,
  };
}

describe('headers', () => {
  for (const [title, config, headers] of [
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['another scheme', { token: 'abc', scheme: 'Token' }, { authorization: 'Token abc' }],
    ['no scheme, another header', { token: 'abc', scheme: '', header: 'X-Api-Key' }, { 'x-api-key': 'abc' }],
    ['a file', { filename }, { authorization: 'Bearer of-file' }],
  ] as const)
    it(title, async () => {
      writeFileSync(filename, 'of-file\n');
      const { extension } = made(config);
      await extension.start();
      assert.deepEqual(await extension.authHeaders(), headers);
    });
});

it('a token that changes is used, one that cannot be read leaves the one before; none is in a log', async () => {
  let now = 0;
  const { extension, said, account } = made({ filename }, () => now);
  writeFileSync(filename, 'first-token');
  await extension.start();
  account.status.enter('ok');
  writeFileSync(filename, 'second-token');
  const seen: string[] = [];
  const ask = async (at: number) => {
    now = at;
    const { authorization } = await extension.authHeaders();
    seen.push(`${authorization}, ${account.status.now().kind}`);
  };
  await ask(9_999);
  await ask(10_000);
  writeFileSync(filename, 'two\r\nlines');
  await ask(20_000);
  rmSync(filename);
  await ask(30_000);
  writeFileSync(filename, 'third-token');
  await ask(40_000);
  assert.deepEqual(seen, [
    'Bearer first-token, ok',
    'Bearer second-token, ok',
    'Bearer second-token, recoverable_error',
    'Bearer second-token, recoverable_error',
    'Bearer third-token, ok',
  ]);
  assert.equal(said.length, 1);
  assert.doesNotMatch(said.join(), /(?:first|second|third)-token|lines/);
});

for (const [title, content, message] of [
  ['a file that is not there', undefined, /filename: cannot read .*none/],
  ['an empty file', '', /expected one line/],
  ['another header in it', 'a\r\nx: b', /expected one line/],
] as const)
  it(`start fails: ${title}`, async () => {
    const path = join(folder, content === undefined ? 'none' : 'bad');
    if (content !== undefined) writeFileSync(path, content);
    await assert.rejects(made({ filename: path }).extension.start(), { message });
  });

it('either a token or a file', () => {
  for (const config of [{}, { token: 'a', filename: 'b' }])
    assert.equal(bearerTokenConfig.safeParse(config).success, false);
});
