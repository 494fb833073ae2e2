import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificates } from '../../test/support/certificates.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecord } from '../../test/support/log_records.ts';
import { OtlpHttpServer } from '../../test/support/otlp_http_server.ts';
import { otlpHttpConfig } from './config.ts';
import { OtlpHttpExporter } from './exporter.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-http-tls-'));
const [made, other] = [createCertificates(), createCertificates()];
after(() => {
  made?.remove();
  other?.remove();
  rmSync(folder, { recursive: true });
});
if (made === undefined)
  process.stderr.write('SKIPPED: the TLS tests of otlp_http, which need the openssl command\n');

const RETRY = { initial_interval: '10ms', max_interval: '10ms', max_elapsed_time: '30ms' };

async function start(t: TestContext, endpoint: string, tls: object) {
  const context = exporterContext('otlp_http');
  const config = otlpHttpConfig.parse({ endpoint, tls, retry_on_failure: RETRY });
  const exporter = new OtlpHttpExporter(context, config, {});
  await exporter.start(hostWith());
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  return { exporter, account: context.account };
}

describe('TLS', { skip: made === undefined }, () => {
  const { caFile = '', certFile = '', keyFile = '', ca, cert, key } = made ?? {};
  const client = { ca_file: caFile, cert_file: certFile, key_file: keyFile };
  for (const [title, mutual, tls, delivered] of [
    ['a CA that signed the peer', false, { ca_file: caFile }, true],
    ['the CA given in place', false, { ca_pem: ca?.toString('utf8') }, true],
    ['another name', false, { ca_file: caFile, server_name_override: 'gateway.test' }, true],
    [
      'a name that the certificate does not hold',
      false,
      { ca_file: caFile, server_name_override: 'evil.test' },
      false,
    ],
    ['a CA that did not sign the peer', false, { ca_file: other?.caFile }, false],
    ['the built-in CAs', false, {}, false],
    ['no check', false, { insecure_skip_verify: true }, true],
    ['TLS 1.3 only', false, { ca_file: caFile, min_version: '1.3' }, true],
    ['mutual TLS', true, client, true],
    ['mutual TLS without a certificate', true, { ca_file: caFile }, false],
  ] as const)
    it(`${title}: ${delivered ? 'delivered' : 'not delivered'}`, async (t) => {
      const asked = { requestCert: mutual, rejectUnauthorized: mutual };
      const peer = await OtlpHttpServer.start(undefined, { cert, key, ca, ...asked });
      t.after(() => peer.stop());
      const { exporter, account } = await start(t, peer.url, tls);
      await exporter.consumeLogs([logRecord(1)]);
      await exporter.shutdown(AbortSignal.timeout(5000));
      assert.equal(peer.taken().length, delivered ? 1 : 0);
      assert.equal(account.delivered, delivered ? 1 : 0);
      assert.equal(account.imbalance(), 0);
    });

  it('a certificate that has changed on disk is used without a restart', async (t) => {
    if (made === undefined || other === undefined) return;
    const peer = await OtlpHttpServer.start(undefined, {
      cert,
      key,
      ca,
      requestCert: true,
      rejectUnauthorized: false,
    });
    t.after(() => peer.stop());
    const [cert_file, key_file] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    copyFileSync(made.certFile, cert_file);
    copyFileSync(made.keyFile, key_file);
    const tls = { ca_file: caFile, cert_file, key_file, reload_interval: '1ms' };
    const { exporter } = await start(t, peer.url, tls);
    await exporter.consumeLogs([logRecord(1)]);
    copyFileSync(other.certFile, cert_file);
    copyFileSync(other.keyFile, key_file);
    // One connection is used again until the certificates are looked at.
    for (let n = 2; new Set(peer.requests.map(({ client: by }) => by.port)).size < 2; n++) {
      await sleep(2);
      await exporter.consumeLogs([logRecord(n)]);
    }
    const serials = [...new Set(peer.requests.map(({ client: by }) => by.serial))];
    assert.equal(serials.length, 2);
    assert.equal(new Set(serials).has(undefined), false);
  });
});
