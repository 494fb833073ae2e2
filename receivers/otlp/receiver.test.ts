import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { after, describe, it } from 'node:test';
import { type ChannelCredentials, Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { createNoopMeter } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import type { LogsConsumer, ReceiverContext } from '../../src/component.ts';
import { type LogRecord, sdkRecords } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { LOGS_EXPORT, writeLogs } from '../../src/otlp/logs.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { createCertificates } from '../../test/support/certificates.ts';
import { logRecord, logRecords, RESOURCE } from '../../test/support/log_records.ts';
import { NEVER } from '../../test/support/senders.ts';
import { serviceView } from '../../test/support/service_view.ts';
import { otlpConfig } from './config.ts';
import { OtlpReceiver } from './receiver.ts';

const certificates = createCertificates();
const strangers = createCertificates();
after(() => {
  certificates?.remove();
  strangers?.remove();
});

type Options = Parameters<typeof otlpConfig.parse>[0];

/** A receiver on a free port, and what comes of it. */
async function receiver(
  answer: (batch: readonly LogRecord[]) => Promise<Outcome> = () => Promise.resolve(ACCEPTED),
  grpc: object = {},
  more: object = {},
) {
  const taken: LogRecord[] = [];
  const next: LogsConsumer = {
    consumeLogs: async (batch) => {
      const outcome = await answer(batch);
      if (outcome.kind === 'accepted') taken.push(...batch);
      return outcome;
    },
  };
  const account = new Account('otlp', 'receiver');
  const context: ReceiverContext = {
    id: 'otlp',
    logger: SILENT,
    account,
    meter: createNoopMeter(),
    resource: RESOURCE,
    service: serviceView([]),
  };
  const options: Options = { protocols: { grpc: { endpoint: '127.0.0.1:0', ...grpc } }, ...more };
  const made = new OtlpReceiver(context, otlpConfig.parse(options), next);
  await made.start();
  return { account, taken, receiver: made, address: `127.0.0.1:${made.port}` };
}

const message = (records: readonly LogRecord[]): Buffer => {
  const writer = new ProtobufWriter();
  assert.ok(writeLogs(writer, records));
  return Buffer.from(writer.view());
};

/** The code of the answer to a request. */
async function send(
  address: string,
  bytes: Buffer,
  creds: ChannelCredentials = credentials.createInsecure(),
): Promise<{ readonly code: status; readonly details: string }> {
  const client = new Client(address, creds, { 'grpc.enable_http_proxy': 0 });
  const asIs = (some: Buffer) => some;
  const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
  const deadline = Date.now() + 30_000;
  client.makeUnaryRequest(LOGS_EXPORT, asIs, asIs, bytes, { deadline }, resolve);
  const error = await promise;
  client.close();
  return { code: error?.code ?? status.OK, details: error?.details ?? '' };
}

/** An answer that is held back, from the arrival of a request until its release. */
function held() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const slow = async () => {
    arrive();
    await released;
    return ACCEPTED;
  };
  return { slow, arrived, release };
}

describe('the otlp receiver', () => {
  it('takes what OpenTelemetry’s own exporter sends', async () => {
    const { account, taken, receiver: made, address } = await receiver();
    const exporter = new OTLPLogExporter({ url: `http://${address}` });
    const sent = logRecords(100);
    const { promise, resolve } = Promise.withResolvers<number>();
    exporter.export(sdkRecords(sent), ({ code }) => resolve(code));
    assert.equal(await promise, ExportResultCode.SUCCESS);
    await exporter.shutdown();
    await made.shutdown(NEVER);
    assert.deepEqual(
      taken.map(({ eventName, hrTime, attributes }) => ({
        eventName,
        hrTime,
        attributes: { ...attributes },
      })),
      sent.map(({ eventName, hrTime, attributes }) => ({ eventName, hrTime, attributes: { ...attributes } })),
    );
    assert.deepEqual([account.read, account.emitted, account.imbalance()], [100, 100, 0]);
  });

  for (const [title, outcome, code, read, dropped] of [
    ['taken', ACCEPTED, status.OK, 3, 0],
    ['refused for now: the sender has it still', retryLater('full'), status.UNAVAILABLE, 0, 0],
    ['refused for good', refusedForGood('never'), status.INTERNAL, 3, 3],
  ] as const)
    it(`answers and counts what is ${title}`, async () => {
      const { account, receiver: made, address } = await receiver(() => Promise.resolve(outcome));
      assert.equal((await send(address, message(logRecords(3)))).code, code);
      await made.shutdown(NEVER);
      assert.equal(account.read, read);
      assert.equal(account.dropped.get('refused') ?? 0, dropped);
      assert.equal(account.imbalance(), 0);
    });

  it('answers a request that holds nothing', async () => {
    const { account, receiver: made, address } = await receiver();
    assert.equal((await send(address, Buffer.alloc(0))).code, status.OK);
    await made.shutdown(NEVER);
    assert.equal(account.read, 0);
  });

  it('refuses what is no request, and what is too long', async () => {
    const { taken, receiver: made, address } = await receiver(undefined, { max_recv_msg_size_mib: 0.001 });
    assert.equal((await send(address, Buffer.from('nonsense'))).code, status.INVALID_ARGUMENT);
    assert.equal((await send(address, Buffer.alloc(2000))).code, status.RESOURCE_EXHAUSTED);
    assert.equal((await send(address, message([logRecord(1)]))).code, status.OK);
    await made.shutdown(NEVER);
    assert.equal(taken.length, 1);
  });

  it('has senders come again while too much is in flight', async () => {
    const { slow, arrived, release } = held();
    const { taken, receiver: made, address } = await receiver(slow, {}, { max_in_flight: '1B' });
    const first = send(address, message([logRecord(1)]));
    await arrived;
    assert.deepEqual(await send(address, message([logRecord(2)])), {
      code: status.UNAVAILABLE,
      details: 'too much is in flight (max_in_flight)',
    });
    release();
    assert.equal((await first).code, status.OK);
    assert.equal((await send(address, message([logRecord(2)]))).code, status.OK);
    await made.shutdown(NEVER);
    assert.equal(taken.length, 2);
  });

  it('answers what is open before it ends, or cuts it off at the deadline', async () => {
    for (const patient of [true, false]) {
      const { slow, arrived, release } = held();
      const { receiver: made, address } = await receiver(slow);
      const open = send(address, message([logRecord(1)]));
      await arrived;
      const deadline = new AbortController();
      const ended = made.shutdown(deadline.signal);
      if (patient) release();
      else deadline.abort();
      await ended;
      assert.equal((await open).code === status.OK, patient);
      release();
    }
  });

  it('says why it cannot listen', async () => {
    const { receiver: made, address } = await receiver();
    await assert.rejects(receiver(undefined, { endpoint: address }), /EADDRINUSE/);
    await made.shutdown(NEVER);
  });
});

describe('TLS', { skip: certificates === undefined && 'needs the openssl command' }, () => {
  const { certFile = '', keyFile = '', caFile = '', ca, cert, key } = certificates ?? {};
  const tls = { cert_file: certFile, key_file: keyFile };
  const mutual = { ...tls, client_ca_file: caFile };
  const known = () => credentials.createSsl(ca ?? null, key ?? null, cert ?? null);
  for (const [title, options, client, code] of [
    ['a client that trusts the CA', tls, () => credentials.createSsl(ca ?? null), status.OK],
    ['one that does not', tls, () => credentials.createSsl(strangers?.ca ?? null), status.UNAVAILABLE],
    ['one without TLS', tls, () => credentials.createInsecure(), status.UNAVAILABLE],
    ['a client with a certificate', mutual, known, status.OK],
    ['one without', mutual, () => credentials.createSsl(ca ?? null), status.UNAVAILABLE],
    [
      'one with a stranger’s',
      mutual,
      () => credentials.createSsl(ca ?? null, strangers?.key ?? null, strangers?.cert ?? null),
      status.UNAVAILABLE,
    ],
    ['TLS 1.3 alone', { ...tls, min_version: '1.3' }, () => credentials.createSsl(ca ?? null), status.OK],
  ] as const)
    it(`${title}: ${status[code]}`, async () => {
      const { taken, receiver: made, address } = await receiver(undefined, { tls: options });
      assert.equal((await send(address, message([logRecord(1)]), client())).code, code);
      await made.shutdown(NEVER);
      assert.equal(taken.length, code === status.OK ? 1 : 0);
    });

  it('a certificate that cannot be read', async () => {
    await assert.rejects(receiver(undefined, { tls: { ...tls, cert_file: 'nowhere.pem' } }), /nowhere\.pem/);
  });
});
