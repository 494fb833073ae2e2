import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../test/support/cli_io.ts';

// What whoever starts with Sigel probably does wrong, and is told: what is wrong, and what would be right.

const folder = mkdtempSync(join(tmpdir(), 'sigel-mistakes-'));
const DEMO = fileURLToPath(new URL('../../config/demo/shop_attack.etl.gz', import.meta.url));
const NODE = fileURLToPath(new URL('../../config/node.yaml', import.meta.url));
// Something that speaks HTTP/1.1 without TLS, as an OTLP/HTTP port does.
const web = createServer((_, response) => response.writeHead(404).end());
let port = 0;
before(async () => {
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  port = (web.address() as AddressInfo).port;
});
after(() => {
  web.close();
  web.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function file(text: string): string {
  const path = join(folder, 'sigel.yaml');
  writeFileSync(path, text);
  return path;
}

/** A configuration that replays the demo to an exporter. */
const to = (type: string, config: string): string =>
  file(`receivers: { etl: { include: [${JSON.stringify(DEMO)}] } }
exporters: { ${type}: ${config} }
service: { pipelines: { logs: { receivers: [etl], exporters: [${type}] } } }
`);
const TRACES = `receivers: { etl: { include: [${JSON.stringify(DEMO)}] } }
connectors: { process_trace: }
exporters: { debug: }
service:
  pipelines:
    logs: { receivers: [etl], exporters: [process_trace] }
    traces: { receivers: [process_trace], exporters: [debug] }
`;
const ONCE = 'retry_on_failure: { enabled: false }';

const CASES: readonly (readonly [title: string, args: () => string[], code: number, says: RegExp])[] = [
  ['a trace in place of a command', () => ['node.etl'], 2, /Did you mean "sigel replay node\.etl"\?/],
  ['a configuration in place of a command', () => ['my.yaml'], 2, /Did you mean "sigel --config my\.yaml"\?/],
  [
    'a configuration without --config',
    () => ['run', 'my.yaml'],
    2,
    /Did you mean "sigel --config my\.yaml"\?/,
  ],
  [
    'a trace as the configuration',
    () => ['--config', DEMO],
    2,
    /not UTF-8 text; for a recorded trace there is `sigel replay/,
  ],
  [
    'a configuration that is not there',
    () => ['--config', 'none.yaml'],
    2,
    /none\.yaml cannot be read: no such file/,
  ],
  [
    'a key mistyped',
    () => ['validate', '--config', to('debug', '{ verbosty: detailed }')],
    2,
    /has no key "verbosty"[^]*did you mean "verbosity"\?/,
  ],
  [
    'a component that no pipeline names',
    () => ['validate', '--config', to('debug', ''), '--set', 'processors::process={}'],
    0,
    /"process" does nothing[^]*no pipeline uses it/,
  ],
  [
    'the cluster has no name',
    () => ['validate', '--config', NODE],
    2,
    /K8S_CLUSTER_NAME is not set[^]*set it to the name of this cluster/,
  ],
  [
    'rules that are not there',
    () => ['replay', DEMO, '--rules', 'my-rules'],
    1,
    /my-rules: no such file or folder of rules/,
  ],
  ['a trace that is not there', () => ['replay', 'none.etl'], 1, /no file matches 'none\.etl'/],
  [
    'traces of processes without the processor that knows them',
    () => ['--config', file(TRACES)],
    0,
    /put the processor `process` in front of this connector/,
  ],
  [
    'a path of OTLP/HTTP for gRPC',
    () => ['validate', '--config', to('otlp_grpc', '{ endpoint: "http://gw:4318/v1/logs" }')],
    2,
    /for OTLP over HTTP use the exporter otlp_http/,
  ],
  [
    'host and port for OTLP/HTTP',
    () => ['validate', '--config', to('otlp_http', '{ endpoint: "gw:4318" }')],
    2,
    /such as "http:\/\/gateway:4318"/,
  ],
  [
    'TLS where there is none',
    () => ['--config', to('otlp_grpc', `{ endpoint: "127.0.0.1:${port}", ${ONCE} }`)],
    1,
    /speaks no TLS on this port[^]*tls::insecure: true/,
  ],
  [
    'gRPC where HTTP is spoken',
    () => [
      '--config',
      to('otlp_grpc', `{ endpoint: "127.0.0.1:${port}", tls: { insecure: true }, ${ONCE} }`),
    ],
    1,
    /speaks no gRPC on this port[^]*otlp_http/,
  ],
];

for (const [title, args, code, says] of CASES) {
  test(title, async () => {
    const run = await runCli(args());
    assert.match(run.stderr, says);
    assert.equal(run.code, code, run.stderr);
  });
}

test('live events on another system', { skip: process.platform === 'win32' }, async () => {
  const { code, stderr } = await runCli(['--config', NODE]);
  assert.equal(code, 2);
  assert.match(stderr, /exist on Windows only; use the etl receiver for recorded traces/);
});
