import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createCertificates } from '../../test/support/certificates.ts';
import { tlsConfig } from './config.ts';
import { RenewedConnection } from './renewed.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-renewed-'));
const [one, other] = [createCertificates(), createCertificates()];
after(() => {
  one?.remove();
  other?.remove();
  rmSync(folder, { recursive: true });
});
if (one === undefined)
  process.stderr.write('SKIPPED: the tests of renewed certificates, which need the openssl command\n');

const cert_file = join(folder, 'cert.pem');
const key_file = join(folder, 'key.pem');

/** Connections are numbers, from 1 on. */
async function setUp(reload_interval: string) {
  if (one === undefined || other === undefined) throw new Error('needs openssl');
  const put = (pair: typeof one, parts: 'both' | 'certificate' = 'both') => {
    copyFileSync(pair.certFile, cert_file);
    if (parts === 'both') copyFileSync(pair.keyFile, key_file);
  };
  put(one);
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const clock = { now: 0 };
  const closed: number[] = [];
  let made = 0;
  const connection = await RenewedConnection.open<number>({
    tls: tlsConfig.parse({ cert_file, key_file, reload_interval }),
    make: () => ++made,
    close: (n) => void closed.push(n),
    logger: { debug: say, info: say, warn: say, error: say },
    now: () => clock.now,
  });
  return { connection, clock, closed, said, put, one, other, current: () => connection.use(async (n) => n) };
}

describe('certificates', { skip: one === undefined }, () => {
  it('that have changed make a new connection when their time has come', async () => {
    const { clock, put, other, current, closed } = await setUp('1m');
    const seen = [await current()];
    put(other);
    clock.now = 59_999;
    seen.push(await current());
    clock.now = 60_000;
    seen.push(await current(), await current());
    assert.deepEqual(seen, [1, 1, 2, 2]);
    assert.deepEqual(closed, [1]);
  });

  it('that have not changed do not', async () => {
    const { clock, current } = await setUp('1m');
    clock.now = 60_000;
    assert.equal(await current(), 1);
  });

  it('are not looked at with an interval of 0s', async () => {
    const { clock, put, other, current } = await setUp('0s');
    put(other);
    clock.now = 1e9;
    assert.equal(await current(), 1);
  });

  it('whose key does not fit yet, or that are gone, leave the connection', async () => {
    const { clock, put, other, current, said } = await setUp('1m');
    const seen: number[] = [];
    put(other, 'certificate');
    clock.now = 60_000;
    seen.push(await current());
    rmSync(key_file);
    clock.now = 120_000;
    seen.push(await current());
    writeFileSync(key_file, other.key);
    clock.now = 180_000;
    seen.push(await current());
    assert.deepEqual(seen, [1, 1, 2]);
    const kept = 'changed certificates cannot be used, those before stay in use';
    assert.deepEqual(said, [kept, kept, 'the certificates have changed: connecting anew']);
  });

  it('what is on its way ends on the old connection, which is closed then', async () => {
    const { connection, clock, put, other, current, closed } = await setUp('1m');
    const gate = Promise.withResolvers<void>();
    const running = connection.use(() => gate.promise);
    await current();
    put(other);
    clock.now = 60_000;
    assert.equal(await current(), 2);
    assert.deepEqual(closed, []);
    gate.resolve();
    await running;
    assert.deepEqual(closed, [1]);
  });
});
