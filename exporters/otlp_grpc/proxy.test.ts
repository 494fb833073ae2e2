import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { startConnectProxy } from '../../test/support/connect_proxy.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecords } from '../../test/support/log_records.ts';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { NEVER } from '../../test/support/senders.ts';
import { otlpGrpcConfig } from './config.ts';
import { OtlpGrpcExporter } from './exporter.ts';

const basic = `Basic ${btoa('agent:secret')}`;

/** Through the proxy, the endpoint is one that only the proxy can reach. */
for (const [title, variable, credentials, noProxy, through, authorization] of [
  ['https_proxy is used by CONNECT', 'https_proxy', '', undefined, true, undefined],
  ['http_proxy too', 'http_proxy', '', undefined, true, undefined],
  ['with its credentials', 'https_proxy', 'agent:secret@', undefined, true, basic],
  ['not for what no_proxy names', 'https_proxy', '', '127.0.0.1', false, undefined],
] as const)
  test(title, async (t) => {
    const peer = await OtlpServer.start();
    const proxy = await startConnectProxy(peer.port);
    t.after(() => (peer.stop(), proxy.stop()));
    const env = {
      [variable]: proxy.url.replace('//', `//${credentials}`),
      ...(noProxy === undefined ? {} : { no_proxy: noProxy }),
    };
    t.after(() => Object.keys(env).forEach((name) => Reflect.deleteProperty(process.env, name)));
    Object.assign(process.env, env);

    const endpoint = through ? 'gateway.test:4317' : peer.endpoint;
    const config = otlpGrpcConfig.parse({ endpoint, tls: { insecure: true } });
    const exporter = new OtlpGrpcExporter(exporterContext('otlp_grpc'), config);
    await exporter.start(hostWith());
    assert.deepEqual(await exporter.consumeLogs(logRecords(3)), ACCEPTED);
    await exporter.shutdown(NEVER);
    assert.equal(peer.logs().length, 3);
    assert.deepEqual(proxy.asked, through ? ['gateway.test:4317'] : []);
    assert.deepEqual(proxy.authorizations, through ? [authorization] : []);
  });
