import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { CONFIG_COMPONENTS } from '../../test/support/config_components.ts';
import { effectiveConfig } from './effective.ts';
import { loadConfig } from './load.ts';
import { renderIssues } from './render.ts';
import { Source } from './source.ts';

const YAML = `
receivers: { file: { include: [a] } }
processors: { resource: { actions: [{ key: a, value: "\${env:SECRET}" }] }, batch: }
exporters:
  otlp:
    endpoint: "\${env:SECRET}"
    token: abc
    headers: { authorization: Bearer abc, x-tenant: "\${env:SECRET}" }
    tls:
    queue: { size: 7 }
service: { pipelines: { logs: { receivers: [file], processors: [resource, batch], exporters: [otlp] } } }
`;

async function load(text: string) {
  const configs = [new Source('test', text)];
  const loaded = await loadConfig({
    configs,
    env: { SECRET: '0123' },
    definitions: CONFIG_COMPONENTS,
    unsupported: 'error',
  });
  return loaded.kind === 'ok' ? loaded.config : assert.fail(renderIssues(loaded.issues));
}

test('the effective config: merged, with defaults as one writes them, aliases resolved, secrets hidden', async () => {
  const { receivers, processors, exporters, service } = parse(stringify(effectiveConfig(await load(YAML))));
  assert.deepEqual(receivers, { file: { include: ['a'], poll: '1s' } });
  assert.deepEqual(processors, {
    resource: { actions: [{ key: 'a', value: 123 }] },
    batch: { timeout: '200ms', size: 100 },
  });
  assert.deepEqual(exporters, {
    otlp_grpc: {
      endpoint: '0123',
      token: '[REDACTED]',
      headers: { authorization: '[REDACTED]', 'x-tenant': '[REDACTED]' },
      max_size: '4MiB',
      tls: { insecure: false },
      queue: { size: 7, sizer: 'requests' },
    },
  });
  assert.equal(service.drain_timeout, '20s');
  assert.deepEqual(service.telemetry.logs.sampling, {
    enabled: true,
    tick: '10s',
    initial: 10,
    thereafter: 100,
  });
});

test('the effective config of an effective config is itself', async () => {
  const once = stringify(effectiveConfig(await load(YAML)));
  assert.equal(stringify(effectiveConfig(await load(once))), once);
});

test('a variable that YAML takes for a number is the text it was where a string is wanted', async () => {
  const config = await load(YAML);
  assert.equal(config.exporters.get('otlp_grpc')?.config['endpoint'], '0123');
});
