import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { serviceSchema } from '../config/service_config.ts';
import type { DiagnosticsConfig } from '../config/telemetry_config.ts';
import { internResource } from '../model/resource.ts';
import { createDiagnostics } from './diagnostics.ts';

const resource = internResource({ 'service.name': 'sigel', 'host.name': 'node-1' });

function logsConfig(logs: unknown): DiagnosticsConfig {
  return serviceSchema.parse({ pipelines: {}, telemetry: { logs } }).telemetry.logs;
}

/** The lines that diagnostics write while something is said, without their times. */
async function linesOf(
  logs: unknown,
  say: (logger: Awaited<ReturnType<typeof createDiagnostics>>) => void,
): Promise<string> {
  const stderr = new PassThrough();
  const diagnostics = await createDiagnostics(logsConfig(logs), { stderr, resource });
  say(diagnostics);
  await diagnostics.shutdown();
  return String(stderr.read() ?? '')
    .replace(/^\S+Z /gm, '')
    .replace(/"ts":"[^"]*"/g, '"ts":""');
}

test('diagnostics: lines on stderr, with the facts of the component', async () => {
  const lines = await linesOf({}, ({ logger }) => {
    const etl = logger({ component: 'etl' });
    etl.debug('not shown');
    etl.info('reading', { files: 2 });
    etl.error('unreadable', { file: 'a b.etl' });
    logger({}).warn('late');
  });
  assert.equal(
    lines,
    'info  reading component=etl files=2\nerror unreadable component=etl file="a b.etl"\nwarn  late\n',
  );
});

test('diagnostics: level and encoding as configured', async () => {
  const lines = await linesOf({ level: 'error', encoding: 'json' }, ({ logger }) => {
    logger({}).warn('not shown');
    logger({ component: 'etl' }).error('broken');
  });
  assert.equal(lines, '{"component":"etl","level":"error","ts":"","msg":"broken"}\n');
});

test('diagnostics: what repeats is thinned out, and said', async () => {
  const sampling = { initial: 1, thereafter: 2 };
  const lines = await linesOf({ sampling }, ({ logger }) => {
    for (let i = 1; i <= 5; i++) logger({}).warn('full', { i });
  });
  assert.equal(lines, 'warn  full i=1\nwarn  full i=3 left_out=1\nwarn  full i=5 left_out=1\n');
});

test('diagnostics: exported over OTLP to a real server, resource and severity included', async () => {
  const server = await OtlpServer.start();
  const otlp = {
    protocol: 'grpc',
    endpoint: server.endpoint,
    insecure: true,
    headers: [{ name: 'x-tenant', value: 'shop' }],
  };
  await linesOf({ processors: [{ batch: { exporter: { otlp } } }] }, ({ logger }) => {
    logger({ component: 'etl' }).warn('a buffer is damaged', { buffer: 7 });
    logger({}).debug('not shown');
  });
  server.stop();
  const [record, ...others] = server.logs();
  assert.equal(others.length, 0);
  const { timeUnixNano, observedTimeUnixNano, ...rest } = record ?? assert.fail('nothing arrived');
  assert.ok(timeUnixNano > 0n && observedTimeUnixNano > 0n);
  assert.deepEqual(rest, {
    resource: [
      ['service.name', 'sigel'],
      ['host.name', 'node-1'],
    ],
    scope: 'sigel',
    severityNumber: 13,
    severityText: 'warn',
    body: 'a buffer is damaged',
    attributes: [
      ['component', 'etl'],
      ['buffer', 7n],
    ],
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
  });
  assert.equal(server.requests[0]?.headers['x-tenant'], 'shop');
});

test('diagnostics: that the peer is away is said on stderr, and exported to nobody', async () => {
  const server = await OtlpServer.start();
  server.stop();
  const otlp = { protocol: 'grpc', endpoint: server.endpoint, insecure: true, timeout: 200 };
  const lines = await linesOf({ processors: [{ batch: { exporter: { otlp } } }] }, ({ logger }) =>
    logger({}).info('hello'),
  );
  assert.match(lines, /^info {2}hello\nwarn {2}diagnostics were not exported reason="14 UNAVAILABLE: .*"\n$/);
});

test('diagnostics: a certificate that cannot be read is an error at the start', async () => {
  const otlp = { protocol: 'grpc', endpoint: 'gateway:4317', certificate: '/nowhere/ca.pem' };
  const config = logsConfig({ processors: [{ batch: { exporter: { otlp } } }] });
  await assert.rejects(createDiagnostics(config, { stderr: new PassThrough(), resource }), /nowhere.ca\.pem/);
});
