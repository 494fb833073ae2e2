import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { DecodedLog } from '../support/otlp_decode.ts';
import { OtlpServer, type OtlpServerOptions } from '../support/otlp_server.ts';
import { pipelineOf } from './pipeline.ts';
import { NO_TRACES } from './shared_data.ts';
import { account, sigelWithConfig, sum } from './sigel.ts';
import { type Delivered, verifyRecords } from './verify_delivery.ts';

// Peers that misbehave in ways a Collector cannot be made to: a server of our own on loopback.
const skip = NO_TRACES;
const ID = 'kernel-network-w7';
const RETRY = 'retry_on_failure: { initial_interval: 10ms, max_interval: 50ms }';

const started: OtlpServer[] = [];
afterEach(() => {
  for (const server of started.splice(0)) server.stop();
});

async function serve(options: OtlpServerOptions): Promise<OtlpServer> {
  const server = await OtlpServer.start(options);
  started.push(server);
  return server;
}

function exporterTo(type: string, { endpoint }: OtlpServer): string {
  return `${type}:\n    endpoint: ${endpoint}\n    ${RETRY}`;
}

const ANSWERS = [
  { name: 'UNAVAILABLE to two of three requests', code: status.UNAVAILABLE, retryDelayMs: undefined },
  { name: 'UNAVAILABLE, try again in 20 ms', code: status.UNAVAILABLE, retryDelayMs: 20 },
  { name: 'RESOURCE_EXHAUSTED, try again in 20 ms', code: status.RESOURCE_EXHAUSTED, retryDelayMs: 20 },
  {
    name: 'DEADLINE_EXCEEDED to two of three requests',
    code: status.DEADLINE_EXCEEDED,
    retryDelayMs: undefined,
  },
] as const;

for (const exporter of ['otlp_grpc', 'otel_sdk'] as const) {
  for (const { name, code, retryDelayMs } of ANSWERS) {
    test(`${exporter}: a peer that answers ${name} gets every record once`, { skip }, async () => {
      const refusal = { code, ...(retryDelayMs === undefined ? {} : { retryDelayMs }) };
      const server = await serve({ answer: (request) => (request % 3 === 0 ? {} : refusal) });
      const run = await sigelWithConfig(pipelineOf(ID, exporterTo(exporter, server)));
      assert.ok(server.requests.some(({ taken }) => !taken));
      await verifyRecords(ID, run, server.logs().map(delivered));
    });
  }

  test(`${exporter}: messages stay below the peer's 4 MiB`, { skip }, async () => {
    const limit = 4 * 1024 * 1024;
    const server = await serve({ maxMessageSize: limit });
    const settings = `${exporterTo(exporter, server)}\n    compression: none`;
    const run = await sigelWithConfig(pipelineOf(ID, settings, 9_000));
    const sizes = server.requests.map(({ message }) => message.length);
    const [largest, together] = [Math.max(...sizes), sizes.reduce((a, b) => a + b, 0)];
    // All records are one batch, larger than the limit; what arrived are its parts, not the receiver's batches.
    assert.ok(together > limit && sizes.length <= 4, `${sizes.length} messages, ${together} bytes together`);
    assert.ok(largest <= limit, `the largest message has ${largest} bytes`);
    await verifyRecords(ID, run, server.logs().map(delivered));
  });
}

test('otlp_grpc: what a peer rejects of a batch is counted as dropped, not as delivered', {
  skip,
}, async () => {
  const partial = { rejected: 3, message: 'three of these are too old' };
  const server = await serve({ answer: (request) => (request === 1 ? { partial } : {}) });
  const run = await sigelWithConfig(pipelineOf(ID, exporterTo('otlp_grpc', server)));
  const { taken, delivered: accepted, dropped } = account(run, 'exporter');
  assert.deepEqual({ accepted, dropped: sum(dropped) }, { accepted: taken - 3, dropped: 3 });
  assert.equal(run.ledger?.balanced, true);
});

function delivered({ timeUnixNano, eventName, attributes }: DecodedLog): Delivered {
  const plain = attributes.map(([key, value]) => {
    if (typeof value === 'bigint') return [key, Number(value)] as const;
    return [key, typeof value === 'object' ? undefined : value] as const;
  });
  return { time: timeUnixNano, eventName, attributes: Object.fromEntries(plain) };
}
