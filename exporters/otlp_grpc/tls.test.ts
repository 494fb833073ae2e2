import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createCertificates } from '../../test/support/certificates.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecord } from '../../test/support/log_records.ts';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { otlpGrpcConfig } from './config.ts';
import { OtlpGrpcExporter } from './exporter.ts';

const made = createCertificates();
const other = createCertificates();
after(() => {
  made?.remove();
  other?.remove();
});
if (made === undefined)
  process.stderr.write('SKIPPED: the TLS tests of otlp_grpc, which need the openssl command\n');

const RETRY = { initial_interval: '10ms', max_interval: '10ms', max_elapsed_time: '30ms' };

describe('TLS', { skip: made === undefined }, () => {
  const { caFile = '', certFile = '', keyFile = '', ca, cert, key } = made ?? {};
  const client = { ca_file: caFile, cert_file: certFile, key_file: keyFile };
  for (const [title, mutual, prefix, tls, delivered] of [
    ['a CA that signed the peer', false, '', { ca_file: caFile }, true],
    ['https:// before the endpoint', false, 'https://', { insecure: true, ca_file: caFile }, true],
    ['http:// does not turn TLS off', false, 'http://', { ca_file: caFile }, true],
    ['the CA given in place', false, '', { ca_pem: ca?.toString('utf8') }, true],
    ['another name', false, '', { ca_file: caFile, server_name_override: 'gateway.test' }, true],
    [
      'a name that the certificate does not hold',
      false,
      '',
      { ca_file: caFile, server_name_override: 'evil.test' },
      false,
    ],
    ['a CA that did not sign the peer', false, '', { ca_file: other?.caFile }, false],
    ['the built-in CAs', false, '', {}, false],
    ['no check', false, '', { insecure_skip_verify: true }, true],
    ['TLS 1.3 only', false, '', { ca_file: caFile, min_version: '1.3' }, true],
    ['plain text to a TLS peer', false, '', { insecure: true }, false],
    ['mutual TLS', true, '', client, true],
    ['mutual TLS without a certificate', true, '', { ca_file: caFile }, false],
  ] as const) {
    it(`${title}: ${delivered ? 'delivered' : 'not delivered'}`, async (t) => {
      if (ca === undefined || cert === undefined || key === undefined) return;
      const peer = await OtlpServer.start({ tls: { cert, key, ...(mutual && { ca }) } });
      t.after(() => peer.stop());
      const context = exporterContext('otlp_grpc');
      const config = otlpGrpcConfig.parse({ endpoint: prefix + peer.endpoint, tls, retry_on_failure: RETRY });
      const exporter = new OtlpGrpcExporter(context, config, { 'grpc.enable_http_proxy': 0 });
      await exporter.start(hostWith());
      await exporter.consumeLogs([logRecord(1)]);
      await exporter.shutdown(AbortSignal.timeout(1000));
      assert.equal(peer.logs().length, delivered ? 1 : 0);
      assert.equal(context.account.delivered, delivered ? 1 : 0);
      assert.equal(context.account.imbalance(), 0);
    });
  }
});

for (const [title, tls, message] of [
  ['a file that is not there', { ca_file: 'no/such/ca.pem' }, /tls\.ca_file: cannot read no\/such\/ca\.pem/],
  [
    'a file that is no certificate',
    { ca_file: 'package.json', cert_file: 'package.json', key_file: 'package.json' },
    /tls: the certificates or the key cannot be used/,
  ],
] as const) {
  it(`start fails: ${title}`, async () => {
    const config = otlpGrpcConfig.parse({ endpoint: 'localhost:1', tls });
    await assert.rejects(new OtlpGrpcExporter(exporterContext('otlp_grpc'), config).start(hostWith()), {
      message,
    });
  });
}
