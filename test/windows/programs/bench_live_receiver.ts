import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../../src/component.ts';
import type { LogBatch } from '../../../src/model/log_record.ts';
import type { Account } from '../../../src/telemetry/ledger.ts';
import {
  type LiveAnswer,
  type LiveWish,
  MAX_BLOCK,
  RING_SIZE,
  SESSION,
  type Stopwatch,
} from './bench_live_wish.ts';
import { installed } from './installed.ts';

/** A run whose count stands still for so long has lost something, in milliseconds. */
const STUCK = 20_000;

const HOST: Host = {
  extension: (id) => {
    throw new Error(`no extension ${id}`);
  },
  finished: () => undefined,
  fatal: (error) => {
    throw error;
  },
};

/** The receiver `etw` as it is configured by default, with a pipeline that takes everything at once. */
export async function receiverStage(wish: LiveWish, watch: Stopwatch): Promise<LiveAnswer> {
  const take = wish.stage === 'otlp' ? await encoder() : () => undefined;
  const { account, receiver } = await makeReceiver(wish, take);
  await receiver.start(HOST);
  watch.start();
  await readAll(account, wish.events);
  const cost = watch.stop();
  await receiver.shutdown(AbortSignal.timeout(STUCK));
  const counters = account.sessions.get(SESSION)?.() ?? {};
  const lost = [...account.lost.values(), ...account.dropped.values()].reduce((sum, n) => sum + n, 0);
  return {
    events: account.read,
    records: account.emitted,
    lost: lost + Math.abs(account.imbalance()),
    blockedSeconds: (counters['blockedMilliseconds'] ?? 0) / 1000,
    ...cost,
  };
}

async function readAll(account: Account, events: number): Promise<void> {
  let last = -1;
  let since = performance.now();
  while (account.read < events && performance.now() - since < STUCK) {
    if (account.read !== last) since = performance.now();
    last = account.read;
    await sleep(10);
  }
}

async function makeReceiver(wish: LiveWish, take: (batch: LogBatch) => void) {
  const { etwReceiver } =
    await installed<typeof import('../../../receivers/etw/index.ts')>('receivers/etw/index.ts');
  const { Account: OwnAccount } =
    await installed<typeof import('../../../src/telemetry/ledger.ts')>('src/telemetry/ledger.ts');
  const { SILENT } =
    await installed<typeof import('../../../src/telemetry/logger.ts')>('src/telemetry/logger.ts');
  const { emptyResource } = await installed<typeof import('@opentelemetry/resources')>(
    'node_modules/@opentelemetry/resources/dist/index.mjs',
  );
  const { createNoopMeter } = await installed<typeof import('@opentelemetry/api')>(
    'node_modules/@opentelemetry/api/dist/index.mjs',
  );
  const { ACCEPTED } =
    await installed<typeof import('../../../src/model/outcome.ts')>('src/model/outcome.ts');
  const account = new OwnAccount('etw', 'receiver');
  const consumeLogs = (batch: LogBatch) => {
    take(batch);
    return Promise.resolve(ACCEPTED);
  };
  const receiver = etwReceiver.create(
    {
      id: 'etw',
      logger: SILENT,
      account,
      resource: emptyResource(),
      meter: createNoopMeter(),
      service: {
        startedAt: 0,
        pipelines: [],
        components: () => [],
        configText: () => '',
        configuration: () => assert.fail('nobody asks'),
      },
    },
    etwReceiver.config.parse(configOf(wish)),
    { logs: { consumeLogs } },
  );
  return { account, receiver };
}

function configOf({ consumption, bufferSize }: LiveWish) {
  return {
    ring_size: RING_SIZE,
    max_block: `${MAX_BLOCK}ms`,
    // The stand-in's events are of another time and machine.
    clock_correction: false,
    schemas: { ask_windows: false },
    accounts: false,
    sessions: [
      {
        name: SESSION,
        consumption,
        buffer_size: bufferSize,
        flush_interval: '100ms',
        providers: [{ provider: 'Microsoft-Windows-Kernel-Process' }],
      },
    ],
  };
}

async function encoder(): Promise<(batch: LogBatch) => void> {
  const { writeLogs } = await installed<typeof import('../../../src/otlp/logs.ts')>('src/otlp/logs.ts');
  const { ProtobufWriter } =
    await installed<typeof import('../../../src/otlp/writer.ts')>('src/otlp/writer.ts');
  const writer = new ProtobufWriter();
  return (batch) => {
    writer.reset();
    writeLogs(writer, batch);
    writer.view();
  };
}
